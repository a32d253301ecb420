/* picture.h: small pictures inside of a page: PNG (ISO/IEC 15948) in a data URI (RFC 2397). */
#ifndef ASC_PICTURE_H
#define ASC_PICTURE_H

#include "file.h"

enum { ASC_PICTURE_MOST = 512 }; /* pixels in a row or column */

/* "data:image/png;base64,..": values from 0, dark, to 1, bright (what is outside, or no number, is put to the nearer end),
 * row by row from the top; rows and columns from 1 to ASC_PICTURE_MOST. */
bool asc_picture_put(AscWriter *writer, const double *value, int rows, int columns,
                     AscStatus *status);

#endif
