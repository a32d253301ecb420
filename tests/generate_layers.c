/* generate_layers.c: prints a model that joins cases of layers.def, all or some, at sizes drawn from
 * a seed.
 *
 * usage: generate_layers SEED [FIRST COUNT] */
#include "layer_text.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    Arena *arena = arena_create();
    const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    const int first = argc > 3 ? atoi(argv[2]) : 0,
              count = argc > 3 ? atoi(argv[3]) : layer_case_count;
    if (first < 0 || count < 1 || first + count > layer_case_count) {
        fprintf(stderr, "generate_layers: there are %d cases\n", layer_case_count);
        return 2;
    }
    fputs(layer_text(arena, seed, first, count), stdout);
    arena_destroy(arena);
    return 0;
}
