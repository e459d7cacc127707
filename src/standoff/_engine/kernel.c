/* The kernels of `options` and `arcs` in C: the least value that can be reached, and what follows from it.
 *
 * Everything is by combination of option levels ("code"); infeasible ones have rank -1. A decision maker's options are
 * neighbours in the code, so its moves stay within a block: codes that differ in its own part only,
 *     code = (above * size + own) * stride + below.
 * Which own part can become which is told by patterns (the levels of irreversible options): `reach`.
 *
 * No Python in here: called through ctypes, which lets other threads run meanwhile. Every function allocates its
 * scratch once and answers 0, or -1 where memory is short.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define API __declspec(dllexport)
#else
#define API __attribute__((visibility("default")))
#endif

#define TOP INT32_MAX

/* Raised with every change of what functions take: a library of another number is not called. */
API int standoff_interface(void) { return 5; }

/* One decision maker. `pattern` (size) is NULL where all its moves are reversible: then there is one pattern. */
typedef struct {
    int64_t stride, size, patterns;
    const int32_t *pattern;
    const uint8_t *reach; /* (patterns, patterns): from, to */
} Block;

typedef struct {
    int64_t n, count;
    const Block *blocks;
    int32_t whole; /* every combination is feasible */
    int32_t axes;  /* options, merged where reversible neighbours act as one */
    const int64_t *levels;    /* (axes) */
    const int32_t *direction; /* (axes) 0 both, 1 forward, -1 backward, 2 fixed */
    const int32_t *owner;     /* (axes) */
} Space;

/* Definition 3: where a state stands among those of its block, for improvements. `order` has the own parts of each
 * pattern of a block by ascending rank, `length` how many are feasible, `limit` (by code, then decision maker) how many
 * of its block are worse than a code (of reversible blocks). Improvements into a code come from such a prefix. */
typedef struct {
    uint32_t **order, **length;
    uint32_t *limit;
} Sorted;

typedef struct {
    int32_t *value, *best, *least, *limit;
    uint32_t *bucket, *queue, *stack, **pointer;
    uint8_t *seen, *moves; /* moves (n): who makes the moves that are looked at */
} Scratch;

static int64_t blocks_of(const Space *space, int64_t j) { return space->count / space->blocks[j].size; }

/* -- Memory -- */

static void free_sorted(const Space *space, Sorted *sorted) {
    for (int64_t j = 0; j < space->n; j++) {
        if (sorted->order) free(sorted->order[j]);
        if (sorted->length) free(sorted->length[j]);
    }
    free(sorted->order);
    free(sorted->length);
    free(sorted->limit);
}

static int make_sorted(const Space *space, Sorted *sorted) {
    sorted->order = calloc(space->n, sizeof *sorted->order);
    sorted->length = calloc(space->n, sizeof *sorted->length);
    sorted->limit = malloc(space->count * space->n * sizeof *sorted->limit);
    if (!sorted->order || !sorted->length || !sorted->limit) return -1;
    for (int64_t j = 0; j < space->n; j++) {
        sorted->order[j] = malloc(space->count * sizeof **sorted->order);
        sorted->length[j] = malloc(blocks_of(space, j) * space->blocks[j].patterns * sizeof **sorted->length);
        if (!sorted->order[j] || !sorted->length[j]) return -1;
    }
    return 0;
}

static void free_scratch(const Space *space, Scratch *scratch) {
    void *all[] = {scratch->value, scratch->best, scratch->least, scratch->limit,
                   scratch->bucket, scratch->queue, scratch->stack, scratch->seen, scratch->moves};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    for (int64_t j = 0; j < space->n && scratch->pointer; j++) free(scratch->pointer[j]);
    free(scratch->pointer);
}

static int make_scratch(const Space *space, Scratch *scratch) {
    size_t bytes = space->count * sizeof(int32_t);
    scratch->value = malloc(bytes), scratch->best = malloc(bytes);
    scratch->least = malloc(bytes), scratch->limit = malloc(bytes);
    scratch->bucket = malloc(bytes + 2 * sizeof(uint32_t));
    scratch->queue = malloc(bytes), scratch->stack = malloc(bytes);
    scratch->seen = malloc(space->count / 8 + 1), scratch->moves = malloc(space->n);
    scratch->pointer = calloc(space->n, sizeof *scratch->pointer);
    if (!scratch->value || !scratch->best || !scratch->least || !scratch->limit || !scratch->bucket ||
        !scratch->queue || !scratch->stack || !scratch->seen || !scratch->moves || !scratch->pointer)
        return -1;
    for (int64_t j = 0; j < space->n; j++) {
        scratch->pointer[j] = malloc(blocks_of(space, j) * space->blocks[j].patterns * sizeof **scratch->pointer);
        if (!scratch->pointer[j]) return -1;
    }
    return 0;
}

/* -- Improvements of each decision maker, sorted -- */

static void sort_keys(uint64_t *keys, uint64_t *other, int64_t count) {
    enum { RUN = 16 };
    for (int64_t low = 0; low < count; low += RUN) { /* short runs by insertion, then merged */
        int64_t high = low + RUN < count ? low + RUN : count;
        for (int64_t k = low + 1; k < high; k++) {
            uint64_t key = keys[k];
            int64_t at = k;
            for (; at > low && keys[at - 1] > key; at--) keys[at] = keys[at - 1];
            keys[at] = key;
        }
    }
    uint64_t *from = keys, *to = other;
    for (int64_t width = RUN; width < count; width *= 2) {
        for (int64_t low = 0; low < count; low += 2 * width) {
            int64_t middle = low + width < count ? low + width : count;
            int64_t high = low + 2 * width < count ? low + 2 * width : count;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                int left = a < middle && (b >= high || from[a] <= from[b]);
                to[k] = left ? from[a++] : from[b++];
            }
        }
        uint64_t *swap = from;
        from = to, to = swap;
    }
    if (from != keys) memcpy(keys, from, count * sizeof *keys);
}

static int sort_blocks(const Space *space, const int32_t *ranks, Sorted *sorted, int64_t first, int64_t last) {
    for (int64_t j = first; j < last; j++) {
        const Block *block = &space->blocks[j];
        const int32_t *rank = ranks + j * space->count;
        int64_t per = block->size / block->patterns;
        uint64_t *keys = malloc(2 * block->size * sizeof *keys);
        int64_t *filled = malloc(block->patterns * sizeof *filled);
        if (!keys || !filled) {
            free(keys), free(filled);
            return -1;
        }
        for (int64_t b = 0; b < blocks_of(space, j); b++) {
            int64_t base = b / block->stride * block->stride * block->size + b % block->stride;
            memset(filled, 0, block->patterns * sizeof *filled);
            for (int64_t own = 0; own < block->size; own++) {
                int32_t r = rank[base + own * block->stride];
                if (r < 0) continue;
                int64_t q = block->pattern ? block->pattern[own] : 0;
                keys[q * per + filled[q]++] = (uint64_t)r << 32 | (uint64_t)own;
            }
            for (int64_t q = 0; q < block->patterns; q++) {
                uint64_t *mine = keys + q * per;
                uint32_t *order = sorted->order[j] + b * block->size + q * per;
                sort_keys(mine, keys + block->size, filled[q]);
                sorted->length[j][b * block->patterns + q] = (uint32_t)filled[q];
                uint32_t worse = 0;
                for (int64_t k = 0; k < filled[q]; k++) {
                    if (k && mine[k] >> 32 != mine[k - 1] >> 32) worse = (uint32_t)k;
                    order[k] = (uint32_t)mine[k];
                    if (block->patterns == 1)
                        sorted->limit[(base + (int64_t)order[k] * block->stride) * space->n + j] = worse;
                }
            }
        }
        free(keys), free(filled);
    }
    return 0;
}

/* -- One move: the best (or the least) over R_i(s) and s, one pass per option -- */

static void along(const Space *space, int64_t i, int32_t *values, int greatest) {
    int64_t stride = 1;
    for (int32_t axis = 0; axis < space->axes; axis++) {
        int64_t levels = space->levels[axis], step = stride;
        stride *= levels;
        if (space->owner[axis] != i || space->direction[axis] == 2) continue;
        for (int64_t above = 0; above < space->count; above += stride) {
            int32_t *first = values + above;
            /* forward: all levels from here on, so from the last to the first; backward the other way */
            if (space->direction[axis] >= 0)
                for (int64_t level = levels - 2; level >= 0; level--)
                    for (int64_t k = 0; k < step; k++) {
                        int32_t a = first[level * step + k], b = first[(level + 1) * step + k];
                        first[level * step + k] = greatest ? (a > b ? a : b) : (a < b ? a : b);
                    }
            if (space->direction[axis] == -1)
                for (int64_t level = 1; level < levels; level++)
                    for (int64_t k = 0; k < step; k++) {
                        int32_t a = first[level * step + k], b = first[(level - 1) * step + k];
                        first[level * step + k] = greatest ? (a > b ? a : b) : (a < b ? a : b);
                    }
            if (space->direction[axis] == 0) /* the first level has seen all */
                for (int64_t level = 1; level < levels; level++)
                    memcpy(first + level * step, first, step * sizeof *first);
        }
    }
}

/* -- Legal sequences (definition 4): the least value at s and at the ends of sequences of the movers from s --
 *
 * States are gone through by ascending value; whoever can still reach one that is unset gets its value, and each state
 * is set once. No decision maker's moves lead further by moving twice, so that rule changes nothing here. */

static int64_t by_value(const Space *space, const int32_t *value, Scratch *scratch, int32_t highest) {
    uint32_t *begin = scratch->bucket;
    memset(begin, 0, (highest + 2) * sizeof *begin);
    for (int64_t s = 0; s < space->count; s++)
        if (value[s] >= 0) begin[value[s] + 1]++;
    for (int32_t v = 0; v <= highest; v++) begin[v + 1] += begin[v];
    int64_t total = begin[highest + 1];
    for (int64_t s = 0; s < space->count; s++)
        if (value[s] >= 0) scratch->queue[begin[value[s]]++] = (uint32_t)s;
    return total;
}

#define SEEN(u) (scratch->seen[(u) >> 3] >> ((u) & 7) & 1)
#define SET(u)                                               \
    do {                                                     \
        scratch->seen[(u) >> 3] |= (uint8_t)(1 << ((u) & 7)); \
        least[u] = now;                                      \
        scratch->stack[top++] = (uint32_t)(u);               \
    } while (0)

static void least_reached(const Space *space, const Sorted *sorted, const int32_t *ranks, const int32_t *value,
                          int32_t highest, int improving, Scratch *scratch) {
    int32_t *least = scratch->least;
    int64_t total = by_value(space, value, scratch, highest);
    memset(scratch->seen, 0, space->count / 8 + 1);
    for (int64_t j = 0; j < space->n; j++)
        memset(scratch->pointer[j], 0, blocks_of(space, j) * space->blocks[j].patterns * sizeof **scratch->pointer);
    for (int64_t k = 0; k < total; k++) {
        uint32_t s = scratch->queue[k];
        if (SEEN(s)) continue;
        int64_t top = 0;
        int32_t now = value[s];
        SET(s);
        while (top) {
            uint32_t t = scratch->stack[--top];
            for (int64_t j = 0; j < space->n; j++) {
                if (!scratch->moves[j]) continue;
                const Block *block = &space->blocks[j];
                uint32_t stride = (uint32_t)block->stride, size = (uint32_t)block->size;
                uint32_t high = t / stride, below = t - high * stride, above = high / size, own = high - above * size;
                uint32_t b = above * stride + below, base = t - own * stride;
                const uint32_t *order = sorted->order[j] + (int64_t)b * size;
                if (block->patterns == 1) {
                    /* predecessors: those of the block that are worse for j than t (or all); most were seen before */
                    uint32_t *at = scratch->pointer[j] + b;
                    uint32_t end = improving ? sorted->limit[(int64_t)t * space->n + j] : sorted->length[j][b];
                    for (uint32_t p = *at; p < end; p++) {
                        uint32_t u = base + order[p] * stride;
                        if (!SEEN(u)) SET(u);
                    }
                    if (end > *at) *at = end;
                    continue;
                }
                uint32_t per = size / (uint32_t)block->patterns;
                int64_t patterns = block->patterns, mine = block->pattern[own];
                const int32_t *rank = ranks + j * space->count;
                for (int64_t q = 0; q < patterns; q++) {
                    if (!block->reach[q * patterns + mine]) continue;
                    uint32_t *at = scratch->pointer[j] + (int64_t)b * patterns + q;
                    uint32_t length = sorted->length[j][(int64_t)b * patterns + q], p = *at;
                    for (; p < length; p++) {
                        uint32_t u = base + order[q * per + p] * stride;
                        if (improving && rank[u] >= rank[t]) break;
                        if (!SEEN(u)) SET(u);
                    }
                    *at = p;
                }
            }
        }
    }
}

/* -- Stability (definition 5) -- */

enum { NASH = 1, GMR = 2, SMR = 4, SEQ = 8, SSEQ = 16, CONCEPTS = 5 };

static void judge(const Space *space, const int32_t *rank, int64_t i, Scratch *scratch, uint8_t *stable) {
    /* i is stable where the best that it can have after an improvement and its answers is not above what it has */
    for (int64_t s = 0; s < space->count; s++)
        scratch->limit[s] = rank[s] >= 0 && scratch->least[s] < rank[s] ? scratch->least[s] : rank[s];
    along(space, i, scratch->limit, 1);
    for (int64_t s = 0; s < space->count; s++) stable[s] = scratch->limit[s] <= rank[s];
}

static void least_of_all(const Space *space, int64_t i, const int32_t *value, Scratch *scratch) {
    /* nothing is infeasible: moves of different movers do not hinder one another, so one pass per option */
    memcpy(scratch->least, value, space->count * sizeof *value);
    for (int64_t j = 0; j < space->n; j++)
        if (j != i) along(space, j, scratch->least, 0);
}

static void stable_of(const Space *space, const Sorted *sorted, const int32_t *ranks, int32_t highest, int64_t i,
                      int32_t concepts, Scratch *scratch, uint8_t *stable) {
    const int32_t *rank = ranks + i * space->count;
    for (int64_t j = 0; j < space->n; j++) scratch->moves[j] = j != i;
    memcpy(scratch->best, rank, space->count * sizeof *rank);
    along(space, i, scratch->best, 1);
    if (!space->whole) /* an infeasible combination is worth nothing, whatever could be reached from it */
        for (int64_t s = 0; s < space->count; s++)
            if (rank[s] < 0) scratch->best[s] = -1;
    for (int32_t c = 0; c < CONCEPTS; c++) {
        if (!(concepts >> c & 1)) continue;
        uint8_t *out = stable + c * space->n * space->count + i * space->count;
        int32_t one = 1 << c;
        if (one == NASH) {
            for (int64_t s = 0; s < space->count; s++) out[s] = scratch->best[s] <= rank[s];
            continue;
        }
        const int32_t *value = one == SMR || one == SSEQ ? scratch->best : rank;
        int improving = one == SEQ || one == SSEQ;
        if (!improving && space->whole)
            least_of_all(space, i, value, scratch);
        else
            least_reached(space, sorted, ranks, value, highest, improving, scratch);
        judge(space, rank, i, scratch, out);
    }
}

static int32_t highest_of(const Space *space, const int32_t *ranks) {
    int32_t highest = 0;
    for (int64_t k = 0; k < space->n * space->count; k++)
        if (ranks[k] > highest) highest = ranks[k];
    return highest;
}

/* What is sorted once and looked at by several threads: made, filled for decision makers `first` to `last`, let go. */
API Sorted *standoff_sorted(const Space *space) {
    Sorted *sorted = calloc(1, sizeof *sorted);
    if (sorted && make_sorted(space, sorted)) {
        free_sorted(space, sorted), free(sorted);
        return NULL;
    }
    return sorted;
}

API int standoff_sort(const Space *space, const int32_t *ranks, Sorted *sorted, int64_t first, int64_t last) {
    return sort_blocks(space, ranks, sorted, first, last);
}

API void standoff_let_go(const Space *space, Sorted *sorted) { free_sorted(space, sorted), free(sorted); }

/* Which decision makers `first` to `last` would stay where: ranks (draws, n, count), below 0 where infeasible and below
 * `count` everywhere; stable (draws, 5, n, count) for Nash, GMR, SMR, SEQ, SSEQ as `concepts` (n) has them for each (a
 * bit for a concept); what is not asked is not written. `given` (or NULL): the ranks of the one draw there is, sorted. */
API int standoff_stable(const Space *space, int64_t draws, const int32_t *ranks, const int32_t *concepts, int64_t first,
                        int64_t last, const Sorted *given, uint8_t *stable) {
    Sorted mine = {0};
    Scratch scratch = {0};
    int32_t any = 0;
    for (int64_t i = first; i < last; i++) any |= concepts[i];
    int sorts = !given && ((any & (SEQ | SSEQ)) || (!space->whole && (any & (GMR | SMR))));
    int status = make_scratch(space, &scratch);
    if (!status && sorts) status = make_sorted(space, &mine);
    for (int64_t d = 0; d < draws && !status; d++) {
        const int32_t *drawn = ranks + d * space->n * space->count;
        if (sorts) status = sort_blocks(space, drawn, &mine, 0, space->n);
        int32_t highest = highest_of(space, drawn);
        for (int64_t i = first; i < last && !status; i++)
            if (concepts[i])
                stable_of(space, given ? given : &mine, drawn, highest, i, concepts[i], &scratch,
                          stable + d * CONCEPTS * space->n * space->count);
    }
    free_scratch(space, &scratch);
    free_sorted(space, &mine);
    return status;
}

/* The least of `values` (below 0 where infeasible, at most `highest`) at each code and at the ends of legal sequences of
 * those who move (n), or of their improvements only; `least` (count), TOP where infeasible. `given`: the ranks, sorted. */
API int standoff_least(const Space *space, const int32_t *ranks, const uint8_t *moves, const int32_t *values,
                       int32_t highest, int32_t improving, const Sorted *given, int32_t *least) {
    Scratch scratch = {0};
    int status = make_scratch(space, &scratch);
    if (!status) {
        for (int64_t s = 0; s < space->count; s++) scratch.least[s] = TOP;
        memcpy(scratch.moves, moves, space->n);
        least_reached(space, given, ranks, values, highest, improving, &scratch);
        memcpy(least, scratch.least, space->count * sizeof *least);
    }
    free_scratch(space, &scratch);
    return status ? -1 : 0;
}

/* -- What a group can reach from a state (definition 4) -- */

/* Codes are followed with whoever moved last. What a decision maker has gone through once is not gone through again:
 * of each of its blocks (and each pattern there) the least rank from which its improvements were followed is kept, or
 * the code from which its moves were; from another code of the same block and pattern that one code is new. */

typedef struct {
    const Space *space;
    const int32_t *ranks;
    const uint8_t *moves;
    int improving;
    uint8_t *seen, *reached; /* seen (count, n), reached (count) */
    uint32_t *stack;
    int64_t top, **known;
} Reach;

enum { NOWHERE = -1, EVERYWHERE = -2 };

static void reach_one(Reach *reach, int64_t u, int64_t j) {
    uint8_t *seen = reach->seen + u * reach->space->n + j;
    if (*seen) return;
    *seen = 1;
    reach->reached[u] = 1;
    reach->stack[reach->top++] = (uint32_t)(u * reach->space->n + j);
}

static void reach_from(Reach *reach, int64_t t, int64_t j) {
    const Space *space = reach->space;
    const Block *block = &space->blocks[j];
    const int32_t *rank = reach->ranks + j * space->count;
    int64_t high = t / block->stride, below = t % block->stride, above = high / block->size, own = high % block->size;
    int64_t base = t - own * block->stride, mine = block->pattern ? block->pattern[own] : 0;
    int64_t *known = reach->known[j] + (above * block->stride + below) * block->patterns + mine;
    int64_t before = *known;
    if (reach->improving) {
        if (before >= 0 && before <= rank[t]) return;
        *known = rank[t];
    } else if (before != NOWHERE) { /* all but the code from which it was gone through */
        if (before != EVERYWHERE && before != t) reach_one(reach, before, j), *known = EVERYWHERE;
        return;
    } else {
        *known = t;
    }
    for (int64_t goal = 0; goal < block->size; goal++) {
        int64_t u = base + goal * block->stride;
        if (u == t || rank[u] < 0) continue;
        if (block->pattern && !block->reach[mine * block->patterns + block->pattern[goal]]) continue;
        if (!reach->improving || rank[u] > rank[t]) reach_one(reach, u, j);
    }
}

/* Which codes end a legal sequence from `start`, feasible, of those who move (n), or of their improvements only;
 * `reached` (count). */
API int standoff_reach(const Space *space, const int32_t *ranks, const uint8_t *moves, int64_t start, int32_t improving,
                       uint8_t *reached) {
    Reach reach = {space, ranks, moves, improving, calloc(space->count * space->n, 1), reached,
                   malloc(space->count * space->n * sizeof(uint32_t)), 0, calloc(space->n, sizeof(int64_t *))};
    int status = reach.seen && reach.stack && reach.known ? 0 : -1;
    for (int64_t j = 0; j < space->n && !status; j++) {
        size_t bytes = blocks_of(space, j) * space->blocks[j].patterns * sizeof **reach.known;
        if (!(reach.known[j] = malloc(bytes)))
            status = -1;
        else
            memset(reach.known[j], 0xff, bytes); /* NOWHERE */
    }
    if (!status) {
        memset(reached, 0, space->count);
        for (int64_t j = 0; j < space->n; j++)
            if (moves[j]) reach_from(&reach, start, j);
        while (reach.top) {
            int64_t node = reach.stack[--reach.top], t = node / space->n, last = node % space->n;
            for (int64_t j = 0; j < space->n; j++)
                if (j != last && moves[j]) reach_from(&reach, t, j);
        }
    }
    for (int64_t j = 0; j < space->n && reach.known; j++) free(reach.known[j]);
    free(reach.seen), free(reach.stack), free(reach.known);
    return status;
}

/* -- The improvements of one decision maker, one by one -- */

/* All of i's improvements, by code from and code to (or by `number` of these, where it is not NULL): how many there are;
 * written to `start` and `end` as far as `room` reaches. */
API int64_t standoff_improvements(const Space *space, const int32_t *ranks, int64_t i, const int64_t *number,
                                  int64_t room, int64_t *start, int64_t *end) {
    const Block *block = &space->blocks[i];
    const int32_t *rank = ranks + i * space->count;
    int64_t found = 0;
    for (int64_t s = 0; s < space->count; s++) {
        if (rank[s] < 0) continue;
        int64_t own = s / block->stride % block->size, base = s - own * block->stride;
        const uint8_t *reach = block->pattern ? block->reach + block->pattern[own] * block->patterns : NULL;
        for (int64_t goal = 0; goal < block->size; goal++) {
            int64_t u = base + goal * block->stride;
            if (rank[u] <= rank[s] || (reach && !reach[block->pattern[goal]])) continue;
            if (found < room) start[found] = number ? number[s] : s, end[found] = number ? number[u] : u;
            found++;
        }
    }
    return found;
}

/* -- Simultaneous moves (Fraser, Hipel 1984): i goes from s to s1 while others improve from s -- */

typedef struct {
    const Space *space;
    const int32_t *ranks;
    int64_t i;
    int64_t **shift; /* for each decision maker, by how much each of its improvements from s changes the code */
    int64_t *count;
} Joint;

/* Whether some of the movers from j on, improving from s, lead to a feasible code where i holds no more than `bound`
 * (where none of them moves it holds more). */
static int jointly(const Joint *joint, int64_t j, int64_t code, int32_t bound) {
    if (j == joint->space->n) {
        int32_t rank = joint->ranks[joint->i * joint->space->count + code];
        return rank >= 0 && rank <= bound;
    }
    if (j != joint->i)
        for (int64_t k = 0; k < joint->count[j]; k++)
            if (jointly(joint, j + 1, code + joint->shift[j][k], bound)) return 1;
    return jointly(joint, j + 1, code, bound);
}

/* By how much each improvement of j from s changes the code. */
static void shifts_of(const Joint *joint, int64_t j, int64_t s) {
    const Block *block = &joint->space->blocks[j];
    const int32_t *rank = joint->ranks + j * joint->space->count;
    int64_t own = s / block->stride % block->size, mine = block->pattern ? block->pattern[own] : 0;
    joint->count[j] = 0;
    for (int64_t goal = 0; goal < block->size; goal++) {
        int64_t shift = (goal - own) * block->stride, to = block->pattern ? block->pattern[goal] : 0;
        if ((!block->pattern || block->reach[mine * block->patterns + to]) && rank[s + shift] > rank[s])
            joint->shift[j][joint->count[j]++] = shift;
    }
}

/* Where each improvement of i is deterred by others that improve at the same time; `stable` (count). */
API int standoff_at_once(const Space *space, const int32_t *ranks, int64_t i, uint8_t *stable) {
    Joint joint = {space, ranks, i, calloc(space->n, sizeof(int64_t *)), calloc(space->n, sizeof(int64_t))};
    int32_t *low = malloc(space->count * sizeof *low); /* the least rank of i that any moves of others could lead to */
    int status = joint.shift && joint.count && low ? 0 : -1;
    for (int64_t j = 0; j < space->n && !status; j++)
        if (!(joint.shift[j] = malloc(space->blocks[j].size * sizeof **joint.shift))) status = -1;
    const int32_t *rank = ranks + i * space->count;
    if (!status) {
        for (int64_t s = 0; s < space->count; s++) low[s] = rank[s] < 0 ? TOP : rank[s];
        for (int64_t j = 0; j < space->n; j++)
            if (j != i) along(space, j, low, 0);
    }
    for (int64_t s = 0; s < space->count && !status; s++) {
        stable[s] = 1;
        if (rank[s] < 0) continue;
        shifts_of(&joint, i, s);
        for (int64_t k = 0; k < joint.count[i] && stable[s]; k++) stable[s] = low[s + joint.shift[i][k]] <= rank[s];
        if (!joint.count[i] || !stable[s]) continue;
        for (int64_t j = 0; j < space->n; j++)
            if (j != i) shifts_of(&joint, j, s);
        for (int64_t k = 0; k < joint.count[i] && stable[s]; k++)
            stable[s] = jointly(&joint, 0, s + joint.shift[i][k], rank[s]);
    }
    for (int64_t j = 0; j < space->n && joint.shift; j++) free(joint.shift[j]);
    free(joint.shift), free(joint.count), free(low);
    return status;
}

/* -- Graph form: moves need not be transitive, so a legal sequence is followed over (state, last mover) -- */

/* The least of `values` (from 0, at most `highest`) at each state and at the ends of legal sequences of movers, none of
 * which moved last. Arcs are sorted by where they end: those of mover k into t start at from[into[k][t]] and on. */
API int standoff_least_along(int64_t count, int64_t movers, const int64_t *const *into, const int32_t *const *from,
                             const int32_t *values, int32_t highest, int32_t *least) {
    int64_t nodes = movers + 1; /* of a state: reached by each mover, or (the last) by nobody yet */
    int status = 0;
    uint32_t *begin = calloc((size_t)highest + 2, sizeof *begin), *queue = malloc(count * sizeof *queue);
    uint64_t *stack = malloc(count * nodes * sizeof *stack);
    uint8_t *seen = calloc(count * nodes, 1);
    if (begin && queue && stack && seen) {
        for (int64_t s = 0; s < count; s++) begin[values[s] + 1]++;
        for (int32_t v = 0; v <= highest; v++) begin[v + 1] += begin[v];
        for (int64_t s = 0; s < count; s++) queue[begin[values[s]]++] = (uint32_t)s;
        for (int64_t q = 0; q < count; q++) {
            int64_t s = queue[q], top = 0;
            int32_t now = values[s];
            for (int64_t k = 0; k < nodes; k++) {
                if (seen[s * nodes + k]) continue;
                seen[s * nodes + k] = 1;
                stack[top++] = (uint64_t)(s * nodes + k);
                if (k == movers) least[s] = now;
            }
            while (top) {
                int64_t node = (int64_t)stack[--top], t = node / nodes, k = node % nodes;
                if (k == movers) continue; /* nobody has moved: no sequence comes here */
                for (int64_t a = into[k][t]; a < into[k][t + 1]; a++) {
                    int64_t u = from[k][a];
                    for (int64_t before = 0; before < nodes; before++) {
                        if (before == k || seen[u * nodes + before]) continue; /* nobody moves twice in a row */
                        seen[u * nodes + before] = 1;
                        stack[top++] = (uint64_t)(u * nodes + before);
                        if (before == movers) least[u] = now;
                    }
                }
            }
        }
    } else {
        status = -1;
    }
    free(begin), free(queue), free(stack), free(seen);
    return status;
}

/* Lets the file be linked as a module of its own where the platform asks for one; it is never imported. */
API void *PyInit__kernel(void) { return 0; }
