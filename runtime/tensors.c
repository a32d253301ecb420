/* tensors.c: sets of named tensors, and writing them as safetensors: the length of the header (8
 * bytes, little endian), the header in JSON, the data. */
#include "tensors.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tensors_own.h"

const char *const asc_element_names[] = { [ASC_F32] = "F32", [ASC_F64] = "F64", [ASC_I64] = "I64" };

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors files are little endian, and so must be the machine"
#endif

enum { ALIGNMENT = 64 }; /* of the data in the file */

size_t asc_tensor_bytes(const AscTensor *tensor)
{
    return tensor->count * (tensor->element == ASC_F32 ? 4 : 8);
}

AscTensors *asc_tensors_create(AscStatus *status)
{
    AscTensors *tensors = calloc(1, sizeof *tensors);

    if (tensors)
        tensors->metadata = json_object();
    if (!tensors || !tensors->metadata) {
        free(tensors);
        asc_status_memory(status, "tensors");
        return NULL;
    }
    return tensors;
}

void asc_tensors_destroy(AscTensors *tensors)
{
    if (!tensors)
        return;
    for (int n = 0; n < tensors->count; n++)
        free((char *)tensors->tensor[n].name);
    free(tensors->tensor);
    json_decref(tensors->metadata);
    free(tensors->bytes);
    free(tensors);
}

bool asc_tensors_add(AscTensors *tensors, const AscTensor *tensor, AscStatus *status)
{
    char *name = strdup(tensor->name);

    if (name && tensors->count == tensors->room) {
        int room = tensors->room ? 2 * tensors->room : 32;
        AscTensor *larger = realloc(tensors->tensor, sizeof *larger * (size_t)room);

        if (larger) {
            tensors->tensor = larger;
            tensors->room = room;
        }
    }
    if (!name || tensors->count == tensors->room) {
        free(name);
        return asc_status_memory(status, "tensors");
    }
    tensors->tensor[tensors->count] = *tensor;
    tensors->tensor[tensors->count++].name = name;
    return true;
}

bool asc_tensors_add_reals(AscTensors *tensors, const char *name, const AscShape *shape,
                           const real *data, AscStatus *status)
{
    AscTensor tensor = { .name = name, .rank = shape->rank, .count = 1, .data = data };

    tensor.element = sizeof(real) == 8 ? ASC_F64 : ASC_F32;
    for (int a = 0; a < shape->rank; a++) {
        tensor.size[a] = (size_t)shape->axis[a].size;
        tensor.count *= tensor.size[a];
    }
    return asc_tensors_add(tensors, &tensor, status);
}

bool asc_tensors_add_vector(AscTensors *tensors, const char *name, size_t count, const double *data,
                            AscStatus *status)
{
    AscTensor tensor = { name, ASC_F64, 1, { count }, count, data };

    return asc_tensors_add(tensors, &tensor, status);
}

bool asc_tensors_set_text(AscTensors *tensors, const char *key, const char *text, AscStatus *status)
{
    if (json_object_set_new(tensors->metadata, key, json_string(text)))
        return asc_status_memory(status, "metadata");
    return true;
}

static json_t *header_entry(const AscTensor *tensor, size_t at)
{
    json_t *shape = json_array();

    for (int a = 0; a < tensor->rank; a++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->size[a]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", asc_element_names[tensor->element], "shape",
                     shape, "data_offsets", (json_int_t)at,
                     (json_int_t)(at + asc_tensor_bytes(tensor)));
}

/* The header's JSON, allocated; NULL: no memory. */
static char *header_text(const AscTensors *tensors)
{
    json_t *header = json_object();
    size_t at = 0;
    bool complete = header != NULL;
    char *text = NULL;

    if (complete && json_object_size(tensors->metadata))
        complete = !json_object_set(header, "__metadata__", tensors->metadata);
    for (int n = 0; complete && n < tensors->count; n++) {
        complete = !json_object_set_new(header, tensors->tensor[n].name,
                                        header_entry(&tensors->tensor[n], at));
        at += asc_tensor_bytes(&tensors->tensor[n]);
    }
    if (complete)
        text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

bool asc_tensors_write(const AscTensors *tensors, const char *path, AscStatus *status)
{
    char *header = header_text(tensors);
    char blanks[ALIGNMENT];
    size_t length, padding;
    uint64_t whole;
    AscWriter *writer;
    bool fine;

    if (!header)
        return asc_status_memory(status, "the header of a tensor file");
    writer = asc_writer_open(path, status);
    if (!writer) {
        free(header);
        return false;
    }
    length = strlen(header);
    padding = (ALIGNMENT - (8 + length) % ALIGNMENT) % ALIGNMENT;
    whole = length + padding;
    memset(blanks, ' ', sizeof blanks);
    fine = asc_writer_put(writer, &whole, 8, status) &&
           asc_writer_put(writer, header, length, status) &&
           asc_writer_put(writer, blanks, padding, status);
    for (int n = 0; fine && n < tensors->count; n++)
        fine = asc_writer_put(writer, tensors->tensor[n].data,
                              asc_tensor_bytes(&tensors->tensor[n]), status);
    free(header);
    if (!fine) {
        asc_writer_abandon(writer);
        return false;
    }
    return asc_writer_commit(writer, status);
}

int asc_tensors_count(const AscTensors *tensors)
{
    return tensors->count;
}

const AscTensor *asc_tensors_at(const AscTensors *tensors, int index)
{
    return &tensors->tensor[index];
}

const AscTensor *asc_tensors_find(const AscTensors *tensors, const char *name)
{
    for (int n = 0; n < tensors->count; n++) {
        if (strcmp(tensors->tensor[n].name, name) == 0)
            return &tensors->tensor[n];
    }
    return NULL;
}

const char *asc_tensors_text(const AscTensors *tensors, const char *key)
{
    return json_string_value(json_object_get(tensors->metadata, key));
}

void asc_tensor_describe(const AscTensor *tensor, char *text, size_t room)
{
    size_t at = (size_t)snprintf(text, room, "[");

    for (int a = 0; a < tensor->rank && at < room; a++)
        at += (size_t)snprintf(text + at, room - at, "%s%zu", a ? ", " : "", tensor->size[a]);
    if (at < room)
        snprintf(text + at, room - at, "] %s", asc_element_names[tensor->element]);
}

bool asc_tensor_fits(const AscTensor *tensor, const AscShape *shape)
{
    if (tensor->rank != shape->rank)
        return false;
    for (int a = 0; a < shape->rank; a++) {
        if (tensor->size[a] != (size_t)shape->axis[a].size)
            return false;
    }
    return true;
}

static double element_at(const AscTensor *tensor, size_t index)
{
    if (tensor->element == ASC_F64) {
        double wide;

        memcpy(&wide, (const char *)tensor->data + 8 * index, 8);
        return wide;
    }
    if (tensor->element == ASC_I64) {
        int64_t whole;

        memcpy(&whole, (const char *)tensor->data + 8 * index, 8);
        return (double)whole;
    }
    float narrow;

    memcpy(&narrow, (const char *)tensor->data + 4 * index, 4);
    return (double)narrow;
}

void asc_tensor_copy_reals(const AscTensor *tensor, real *to)
{
    for (size_t i = 0; i < tensor->count; i++)
        to[i] = (real)element_at(tensor, i);
}

void asc_tensor_copy_doubles(const AscTensor *tensor, double *to)
{
    for (size_t i = 0; i < tensor->count; i++)
        to[i] = element_at(tensor, i);
}
