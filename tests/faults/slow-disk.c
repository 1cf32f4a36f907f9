/* Preloaded into a process, makes its fsync and fdatasync wait as a slow disk does: for as many microseconds as the
   file named by SLOW_DISK_FILE says at the time, not at all if there is none. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_for_disk(void) {
  const char *name = getenv("SLOW_DISK_FILE");
  FILE *file = name ? fopen(name, "r") : NULL;
  if (file) {
    unsigned micros = 0;
    if (fscanf(file, "%u", &micros) == 1) usleep(micros);
    fclose(file);
  }
}

int fsync(int fd) {
  wait_for_disk();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  wait_for_disk();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
