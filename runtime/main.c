/* main.c: every generated program begins here. */
#include "asc.h"

int main(int argc, char **argv)
{
    return asc_main(argc, argv, &asc_model);
}
