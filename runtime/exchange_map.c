/* exchange_map.c: reads a naming map, and tells how a weight looks there. */
#include <stdlib.h>
#include <string.h>

#include "exchange_map.h"
#include "file.h"

enum { MOST_FIELDS = 2 + 2 * ASC_MAX_AXES, LARGEST_MAP = 1 << 24 };

struct AscNameMap {
    char *text;          /* the file's, cut into words */
    AscForeign *foreign; /* [count] */
    int count;
    const char **left; /* [lefts] */
    int lefts;
};

static void free_positions(AscForeign *foreign)
{
    for (int k = 0; k < foreign->axes; k++)
        free(foreign->position[k]);
}

void asc_map_destroy(AscNameMap *map)
{
    if (!map)
        return;
    for (int n = 0; n < map->count; n++)
        free_positions(&map->foreign[n]);
    free(map->text);
    free(map->foreign);
    free(map->left);
    free(map);
}

/* Takes the array's positions over, also where it fails. */
static bool add_foreign(AscNameMap *map, AscForeign *foreign, AscStatus *status)
{
    AscForeign *grown = realloc(map->foreign, (size_t)(map->count + 1) * sizeof *grown);

    if (!grown) {
        free_positions(foreign);
        return asc_status_memory(status, "a naming map");
    }
    foreign->count = 1;
    for (int a = 0; a < foreign->rank; a++)
        foreign->count *= foreign->size[a];
    map->foreign = grown;
    grown[map->count++] = *foreign;
    return true;
}

/* ---------------------------------------------------------------- the order of axes */

static int find_axis(const AscShape *shape, const char *name, size_t length)
{
    for (int a = 0; a < shape->rank; a++) {
        if (strlen(shape->axis[a].name) == length && memcmp(shape->axis[a].name, name, length) == 0)
            return a;
    }
    return -1;
}

/* Axis `a` of ours comes next there, with `count` positions from `first` on. */
static bool append(AscForeign *foreign, int a, int first, int count)
{
    int *position = calloc((size_t)count + 1, sizeof *position);

    for (int i = 0; position && i < count; i++)
        position[i] = first + i;
    foreign->axis[foreign->axes] = a;
    foreign->positions[foreign->axes] = count;
    foreign->position[foreign->axes++] = position;
    return position != NULL;
}

static bool append_whole(AscForeign *foreign, const AscShape *shape, int a)
{
    foreign->size[foreign->rank++] = (size_t)shape->axis[a].size;
    return append(foreign, a, 0, shape->axis[a].size);
}

/* [kernel, in, out] becomes [out, in, kernel]. */
static bool order_axes(AscForeign *foreign, const AscShape *shape, AscOrder order)
{
    int in = order == ASC_ORDER_PYTORCH ? find_axis(shape, "in", 2) : -1;
    bool fine = true;

    for (int a = in + 1; fine && a < shape->rank; a++)
        fine = append_whole(foreign, shape, a);
    if (fine && in >= 0)
        fine = append_whole(foreign, shape, in);
    for (int a = 0; fine && a < in; a++)
        fine = append_whole(foreign, shape, a);
    return fine;
}

/* "[0, 1, 3, 2]" or "[0 .. 64]", without blanks, where 64 is no more in it; moves *at behind it.  The positions of the
 * last axis. */
static bool read_positions(const char **at, int size, AscForeign *foreign)
{
    int *position = foreign->position[foreign->axes - 1], count = 0;
    const char *text = *at + 1;

    for (;;) {
        char *end;
        long first = strtol(text, &end, 10), last;

        if (end == text || first < 0)
            return false;
        last = first + 1;
        if (strncmp(end, "..", 2) == 0) {
            text = end + 2;
            last = strtol(text, &end, 10);
        }
        if (end == text || last > size || first >= last || last - first > size - count)
            return false;
        for (; first < last; first++)
            position[count++] = (int)first;
        if (*end != ',' && *end != ']')
            return false;
        text = end + 1;
        if (*end == ']')
            break;
    }
    foreign->positions[foreign->axes - 1] = count;
    *at = text;
    return true;
}

/* "freq", "gate*feature", "in[0..64]" or "1". */
static bool read_axis(const char *word, const AscShape *shape, AscForeign *foreign)
{
    size_t size = 1;

    if (foreign->rank == ASC_MAX_AXES)
        return false;
    for (const char *at = word; strcmp(word, "1") != 0;) {
        size_t length = strcspn(at, "*[");
        int a = find_axis(shape, at, length);

        for (int k = 0; k < foreign->axes; k++)
            a = foreign->axis[k] == a ? -1 : a;
        if (a < 0 || !append(foreign, a, 0, shape->axis[a].size))
            return false;
        at += length;
        if (*at == '[' && !read_positions(&at, shape->axis[a].size, foreign))
            return false;
        size *= (size_t)foreign->positions[foreign->axes - 1];
        if (!*at)
            break;
        if (*at++ != '*')
            return false;
    }
    foreign->size[foreign->rank++] = size;
    return true;
}

/* ---------------------------------------------------------------- the file */

static int find_parameter(const AscModel *model, const char *name)
{
    for (int p = 0; p < model->parameters; p++) {
        if (strcmp(model->parameter[p].name, name) == 0)
            return p;
    }
    return -1;
}

static bool leave_out(AscNameMap *map, const char *name, AscStatus *status)
{
    const char **grown = realloc(map->left, (size_t)(map->lefts + 1) * sizeof *grown);

    if (!grown)
        return asc_status_memory(status, "a naming map");
    map->left = grown;
    grown[map->lefts++] = name;
    return true;
}

/* The axes that a line names, or those of `order`. */
static bool read_axes(AscForeign *foreign, const AscParameter *parameter, AscOrder order,
                      char **word, int words, const char *path, int line, AscStatus *status)
{
    char shape[256];

    if (words == 0)
        return order_axes(foreign, &parameter->shape, order) ||
               asc_status_memory(status, "a naming map");
    for (int n = 0; n < words; n++) {
        if (read_axis(word[n], &parameter->shape, foreign))
            continue;
        asc_weights_describe(&parameter->shape, shape, sizeof shape);
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s:%d: `%s` is no axis of `%s` %s, or comes twice", path, line,
                              word[n], parameter->name, shape);
    }
    return foreign->axes == parameter->shape.rank ||
           asc_status_set(status, ASC_BAD_INPUT, "%s:%d: `%s` has %d axes, %d are named", path,
                          line, parameter->name, parameter->shape.rank, foreign->axes);
}

static bool read_line(AscNameMap *map, const AscModel *model, AscOrder order, char **word,
                      int words, const char *path, int line, AscStatus *status)
{
    AscForeign foreign = { .name = words > 1 ? word[1] : NULL };

    if (words < 2)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s:%d: expected a name here, a name there, and its axes", path,
                              line);
    if (strcmp(word[0], "-") == 0)
        return leave_out(map, word[1], status);
    foreign.parameter = find_parameter(model, word[0]);
    if (foreign.parameter < 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: the model has no weight `%s`", path,
                              line, word[0]);
    if (!read_axes(&foreign, &model->parameter[foreign.parameter], order, word + 2, words - 2, path,
                   line, status)) {
        free_positions(&foreign);
        return false;
    }
    return add_foreign(map, &foreign, status);
}

static bool read_lines(AscNameMap *map, const AscModel *model, AscOrder order, const char *path,
                       AscStatus *status)
{
    char *rest = map->text, *line;

    for (int number = 1; (line = strsep(&rest, "\n")); number++) {
        char *word[MOST_FIELDS], *at;
        int words = 0;

        line[strcspn(line, "#")] = '\0';
        while (words < MOST_FIELDS && (at = strsep(&line, " \t\r")))
            words += *at ? (word[words] = at, 1) : 0;
        if (words > 0 && !read_line(map, model, order, word, words, path, number, status))
            return false;
    }
    return true;
}

/* Those that no line names keep their names. */
static bool add_others(AscNameMap *map, const AscModel *model, AscOrder order, AscStatus *status)
{
    const int named = map->count;

    for (int p = 0; p < model->parameters; p++) {
        AscForeign foreign = { .name = model->parameter[p].name, .parameter = p };
        bool found = false;

        for (int n = 0; n < named; n++)
            found = found || map->foreign[n].parameter == p;
        if (found)
            continue;
        if (!order_axes(&foreign, &model->parameter[p].shape, order)) {
            free_positions(&foreign);
            return asc_status_memory(status, "a naming map");
        }
        if (!add_foreign(map, &foreign, status))
            return false;
    }
    return true;
}

AscNameMap *asc_map_read(const char *path, const AscModel *model, AscOrder order, AscStatus *status)
{
    AscNameMap *map = calloc(1, sizeof *map);
    size_t count = 0;
    bool fine = map || asc_status_memory(status, "a naming map");

    if (fine && path)
        map->text = asc_file_read(path, LARGEST_MAP, &count, status);
    fine = fine && (!path || (map->text && read_lines(map, model, order, path, status))) &&
           add_others(map, model, order, status);
    if (fine)
        return map;
    asc_map_destroy(map);
    return NULL;
}

int asc_map_arrays(const AscNameMap *map)
{
    return map->count;
}

const AscForeign *asc_map_foreign(const AscNameMap *map, int n)
{
    return &map->foreign[n];
}

bool asc_map_leaves_out(const AscNameMap *map, const char *name)
{
    for (int n = 0; n < map->lefts; n++) {
        if (strcmp(map->left[n], name) == 0)
            return true;
    }
    return false;
}
