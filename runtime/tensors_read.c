/* tensors_read.c: reads safetensors files, trusting nothing in them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tensors_own.h"

static const size_t largest_file = (size_t)1 << 40, largest_header = 100000000;

/* What is being read, for messages. */
typedef struct Source {
    const char *path;
    size_t data_at, data_bytes; /* of the data in the file */
    AscStatus *status;
} Source;

static bool wrong(const Source *source, const char *name, const char *what)
{
    return asc_status_set(source->status, ASC_BAD_INPUT, "%s: tensor `%s`: %s", source->path, name,
                          what);
}

static bool read_element(const Source *source, const char *name, const json_t *entry,
                         AscTensor *tensor)
{
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));

    if (!dtype)
        return wrong(source, name, "has no `dtype`");
    for (int e = ASC_F32; e <= ASC_I64; e++) {
        tensor->element = (AscElement)e;
        if (strcmp(dtype, asc_element_names[e]) == 0)
            return true;
    }
    return asc_status_set(source->status, ASC_BAD_INPUT,
                          "%s: tensor `%s` has elements of type %.20s, expected F32 or F64",
                          source->path, name, dtype);
}

static bool read_shape(const Source *source, const char *name, const json_t *entry,
                       AscTensor *tensor)
{
    const json_t *shape = json_object_get(entry, "shape");

    if (!json_is_array(shape))
        return wrong(source, name, "has no `shape`");
    if (json_array_size(shape) > ASC_MAX_AXES)
        return wrong(source, name, "has more than 8 axes");
    tensor->rank = (int)json_array_size(shape);
    tensor->count = 1;
    for (int a = 0; a < tensor->rank; a++) {
        const json_t *size = json_array_get(shape, (size_t)a);

        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return wrong(source, name, "has a size that is not a whole number");
        tensor->size[a] = (size_t)json_integer_value(size);
        if (__builtin_mul_overflow(tensor->count, tensor->size[a], &tensor->count) ||
            tensor->count > largest_file)
            return wrong(source, name, "is too large");
    }
    return true;
}

static bool read_place(const Source *source, const char *name, const json_t *entry, size_t expected,
                       AscTensor *tensor)
{
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    size_t bytes = asc_tensor_bytes(tensor);

    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end))
        return wrong(source, name, "has no `data_offsets`");
    if ((size_t)json_integer_value(begin) != expected)
        return wrong(source, name, "does not begin where the one before it ends");
    if ((size_t)json_integer_value(end) != expected + bytes)
        return wrong(source, name, "has data of another size than its shape says");
    if (expected + bytes > source->data_bytes)
        return asc_status_set(source->status, ASC_BAD_INPUT,
                              "%s: is cut off: tensor `%s` ends at byte %zu, the file at %zu",
                              source->path, name, source->data_at + expected + bytes,
                              source->data_at + source->data_bytes);
    return true;
}

static bool read_metadata(const Source *source, AscTensors *tensors, json_t *metadata)
{
    const char *key;
    json_t *text;

    if (!json_is_object(metadata))
        return wrong(source, "__metadata__", "is not a JSON object");
    json_object_foreach(metadata, key, text)
    {
        if (!json_is_string(text))
            return wrong(source, "__metadata__", "holds something that is not a text");
    }
    json_decref(tensors->metadata);
    tensors->metadata = json_incref(metadata);
    return true;
}

/* Entries in the order of their data: the format leaves the order of the header's keys free. */
typedef struct Entry {
    const char *name;
    json_t *value;
    json_int_t begin;
} Entry;

static int earlier(const void *left, const void *right)
{
    const Entry *a = left, *b = right;

    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return strcmp(a->name, b->name);
}

static bool read_entries(const Source *source, AscTensors *tensors, Entry *entries, size_t count)
{
    size_t at = 0;

    qsort(entries, count, sizeof *entries, earlier);
    for (size_t n = 0; n < count; n++) {
        AscTensor tensor = { .name = entries[n].name };

        if (!read_element(source, tensor.name, entries[n].value, &tensor) ||
            !read_shape(source, tensor.name, entries[n].value, &tensor) ||
            !read_place(source, tensor.name, entries[n].value, at, &tensor))
            return false;
        tensor.data = tensors->bytes + source->data_at + at;
        at += asc_tensor_bytes(&tensor);
        if (!asc_tensors_add(tensors, &tensor, source->status))
            return false;
    }
    if (at != source->data_bytes)
        return asc_status_set(source->status, ASC_BAD_INPUT,
                              "%s: has %zu bytes after the last tensor", source->path,
                              source->data_bytes - at);
    return true;
}

static bool read_header(const Source *source, AscTensors *tensors, json_t *header)
{
    Entry *entries = calloc(json_object_size(header) + 1, sizeof *entries);
    size_t count = 0;
    const char *name;
    json_t *value;
    bool fine = entries || asc_status_memory(source->status, "the header of a tensor file");

    if (fine) {
        json_object_foreach(header, name, value)
        {
            json_t *begin = json_array_get(json_object_get(value, "data_offsets"), 0);

            if (strcmp(name, "__metadata__") == 0)
                fine = fine && read_metadata(source, tensors, value);
            else
                entries[count++] = (Entry){ name, value, json_integer_value(begin) };
        }
    }
    fine = fine && read_entries(source, tensors, entries, count);
    free(entries);
    return fine;
}

/* `tensors->bytes` are the file's. */
static bool parse(const char *path, size_t bytes, AscTensors *tensors, AscStatus *status)
{
    Source source = { .path = path, .status = status };
    uint64_t length;
    json_error_t error;
    json_t *header;
    bool fine;

    if (bytes < 8)
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is no safetensors file: only %zu bytes",
                              path, bytes);
    memcpy(&length, tensors->bytes, 8);
    if (length > largest_header)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: is no safetensors file: a header of %" PRIu64 " bytes", path,
                              length);
    if (length > bytes - 8)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s: is cut off: a header of %" PRIu64 " bytes in a file of %zu",
                              path, length, bytes);
    header = json_loadb(tensors->bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(header)) {
        json_decref(header);
        return asc_status_set(status, ASC_BAD_INPUT, "%s: is no safetensors file: %s", path,
                              header ? "its header is no JSON object" : error.text);
    }
    source.data_at = 8 + (size_t)length;
    source.data_bytes = bytes - source.data_at;
    fine = read_header(&source, tensors, header);
    json_decref(header);
    return fine;
}

AscTensors *asc_tensors_read(const char *path, AscStatus *status)
{
    AscTensors *tensors = asc_tensors_create(status);
    size_t bytes = 0;

    if (!tensors)
        return NULL;
    tensors->bytes = asc_file_read(path, largest_file, &bytes, status);
    if (!tensors->bytes || !parse(path, bytes, tensors, status)) {
        asc_tensors_destroy(tensors);
        return NULL;
    }
    return tensors;
}
