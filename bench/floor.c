/* A walk over a random cycle: each step must wait for the one before, so it costs what a gather costs. */

#include <stdint.h>
#include <stdlib.h>

enum { LINE = 16 }; /* numbers of 4 bytes in a cache line: one step, one line */

/* One cycle through all lines in a random order (Sattolo); NULL where memory is short. */
uint32_t *cycle(int64_t lines) {
    uint32_t *next = malloc(lines * LINE * sizeof *next);
    uint64_t random = 88172645463325252u;
    if (!next) return 0;
    for (int64_t k = 0; k < lines; k++) next[k * LINE] = (uint32_t)k;
    for (int64_t k = lines - 1; k > 0; k--) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        int64_t other = (int64_t)(random % (uint64_t)k);
        uint32_t swap = next[k * LINE];
        next[k * LINE] = next[other * LINE], next[other * LINE] = swap;
    }
    return next;
}

int64_t walk(const uint32_t *next, int64_t at, int64_t steps) {
    while (steps--) at = next[at * LINE];
    return at;
}

void forget(uint32_t *next) { free(next); }
