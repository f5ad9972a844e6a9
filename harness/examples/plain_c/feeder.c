/* Feeds a cat, in three ways that go wrong: `feeder late`, `none`, `twice`. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bowl {
  int grams;
};

static void fill(struct bowl* bowl, int grams) {
  puts("filling");
  fflush(stdout); /* what is still in the buffer dies with the process */
  bowl->grams = grams;
}

int main(int argc, char** argv) {
  const char* way = argc > 1 ? argv[1] : "";
  struct bowl* volatile bowl = NULL;
  if (strcmp(way, "late") == 0) {
    fprintf(stderr, "feeder: the cat has left\n");
    return 3;
  }
  if (strcmp(way, "none") == 0) fill(bowl, 80);
  int feeds = strcmp(way, "twice") == 0 ? 2 : 1;
  assert(feeds == 1 && "a cat is fed once");
  return 0;
}
