/* target.c: the entry point of libFuzzer (https://llvm.org/docs/LibFuzzer.html). */
#include <stdint.h>
#include <stdlib.h>

#include "compile_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static FILE *nowhere;
    if (!nowhere && !(nowhere = fopen("/dev/null", "w")))
        abort();
    compile_text((const char *)bytes, length, nowhere);
    return 0;
}
