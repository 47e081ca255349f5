// Exploring a library: open it, ask what it has, compress something and look at it.
// needs: /usr/include/zlib.h
:lib z
//= opened /lib/x86_64-linux-gnu/libz.so
#include <zlib.h>
:type compress
//= int (*)(unsigned char *, unsigned long *, const unsigned char *, unsigned long)
const char *text = "to be or not to be, to be or not to be, to be or not to be";
unsigned char packed[100]; unsigned long size = sizeof packed;
compress(packed, &size, (const unsigned char *)text, strlen(text) + 1)
//! note: #include <string.h> was taken
//= int 0
size
//= unsigned long 29
strlen(text)
//= unsigned long 58
// The low half of the first byte says how it was packed: 8 is deflate.
packed[0] & 15
//= int 8
unsigned char back[100]; unsigned long length = sizeof back;
uncompress(back, &length, packed, size)
//= int 0
length
//= unsigned long 59
(char *)back
//= char * "to be or not to be, to be or not to be, to be or not to be"
// What does it say of a damaged stream?
packed[5] ^= 0x40; uncompress(back, &length, packed, size)
//= int -3
zError(_)
//= const char * "data error"
// Take the damage back, and all is well.
:undo 2
//= back to just before input 12
uncompress(back, &length, packed, size)
//= int 0
// status: 0
