/* exchange_map.c: reads a naming map, and tells how a weight looks there. */
#include <stdlib.h>
#include <string.h>

#include "exchange_map.h"
#include "file.h"

enum { MOST_FIELDS = 2 + 2 * ASC_MAX_AXES, LARGEST_MAP = 1 << 24 };

struct AscNameMap {
    char *text;          /* the file's, cut into words */
    AscForeign *foreign; /* [parameters] */
    const char **left;   /* [lefts] */
    int lefts;
};

void asc_map_destroy(AscNameMap *map)
{
    if (!map)
        return;
    free(map->text);
    free(map->foreign);
    free(map->left);
    free(map);
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

/* Axis `a` of ours comes next there, as an axis of its own. */
static void append(AscForeign *foreign, const AscShape *shape, int a)
{
    foreign->axis[foreign->axes++] = a;
    foreign->size[foreign->rank++] = (size_t)shape->axis[a].size;
}

/* [kernel, in, out] becomes [out, in, kernel]. */
static void order_axes(AscForeign *foreign, const AscShape *shape, AscOrder order)
{
    int in = order == ASC_ORDER_PYTORCH ? find_axis(shape, "in", 2) : -1;

    for (int a = in + 1; a < shape->rank; a++)
        append(foreign, shape, a);
    if (in >= 0)
        append(foreign, shape, in);
    for (int a = 0; a < in; a++)
        append(foreign, shape, a);
}

/* "freq", "gate*feature" or "1". */
static bool read_axis(const char *word, const AscShape *shape, AscForeign *foreign)
{
    size_t size = 1;

    if (foreign->rank == ASC_MAX_AXES)
        return false;
    for (const char *at = word; strcmp(word, "1") != 0;) {
        size_t length = strcspn(at, "*");
        int a = find_axis(shape, at, length);

        for (int k = 0; k < foreign->axes; k++)
            a = foreign->axis[k] == a ? -1 : a;
        if (a < 0)
            return false;
        foreign->axis[foreign->axes++] = a;
        size *= (size_t)shape->axis[a].size;
        if (!at[length])
            break;
        at += length + 1;
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

static bool read_line(AscNameMap *map, const AscModel *model, char **word, int words,
                      const char *path, int line, AscStatus *status)
{
    AscForeign foreign = { .name = words > 1 ? word[1] : NULL };
    int p;

    if (words < 2)
        return asc_status_set(status, ASC_BAD_INPUT,
                              "%s:%d: expected a name here, a name there, and its axes", path,
                              line);
    if (strcmp(word[0], "-") == 0)
        return leave_out(map, word[1], status);
    p = find_parameter(model, word[0]);
    if (p < 0)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: the model has no weight `%s`", path,
                              line, word[0]);
    if (words == 2) {
        map->foreign[p].name = word[1];
        return true;
    }
    for (int n = 2; n < words; n++) {
        if (!read_axis(word[n], &model->parameter[p].shape, &foreign)) {
            char shape[256];

            asc_weights_describe(&model->parameter[p].shape, shape, sizeof shape);
            return asc_status_set(status, ASC_BAD_INPUT,
                                  "%s:%d: `%s` is no axis of `%s` %s, or comes twice", path, line,
                                  word[n], word[0], shape);
        }
    }
    if (foreign.axes != model->parameter[p].shape.rank)
        return asc_status_set(status, ASC_BAD_INPUT, "%s:%d: `%s` has %d axes, %d are named", path,
                              line, word[0], model->parameter[p].shape.rank, foreign.axes);
    map->foreign[p] = foreign;
    return true;
}

static bool read_lines(AscNameMap *map, const AscModel *model, const char *path, AscStatus *status)
{
    char *rest = map->text, *line;

    for (int number = 1; (line = strsep(&rest, "\n")); number++) {
        char *word[MOST_FIELDS], *at;
        int words = 0;

        line[strcspn(line, "#")] = '\0';
        while (words < MOST_FIELDS && (at = strsep(&line, " \t\r")))
            words += *at ? (word[words] = at, 1) : 0;
        if (words > 0 && !read_line(map, model, word, words, path, number, status))
            return false;
    }
    return true;
}

AscNameMap *asc_map_read(const char *path, const AscModel *model, AscOrder order, AscStatus *status)
{
    AscNameMap *map = calloc(1, sizeof *map);
    size_t count = 0;

    if (map)
        map->foreign = calloc((size_t)model->parameters + 1, sizeof *map->foreign);
    if (!map || !map->foreign) {
        asc_map_destroy(map);
        asc_status_memory(status, "a naming map");
        return NULL;
    }
    for (int p = 0; p < model->parameters; p++) {
        map->foreign[p].name = model->parameter[p].name;
        order_axes(&map->foreign[p], &model->parameter[p].shape, order);
    }
    if (!path)
        return map;
    map->text = asc_file_read(path, LARGEST_MAP, &count, status);
    if (map->text && read_lines(map, model, path, status))
        return map;
    asc_map_destroy(map);
    return NULL;
}

AscForeign asc_map_foreign(const AscNameMap *map, int parameter)
{
    return map->foreign[parameter];
}

bool asc_map_leaves_out(const AscNameMap *map, const char *name)
{
    for (int n = 0; n < map->lefts; n++) {
        if (strcmp(map->left[n], name) == 0)
            return true;
    }
    return false;
}
