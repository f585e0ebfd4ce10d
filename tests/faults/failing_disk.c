/* A disk that fails when it is told to: preloaded, it counts writes and syncs below one folder and answers some with an error.
 *
 * FAILING_FOLDER names the folder, FAILING_CONTROL a file with four 64-bit numbers that both sides see:
 *   [0] which calls: 1 writes, 2 syncs, 3 both      [1] how many may still succeed
 *   [2] how many fail then                          [3] the error
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITES = 1, SYNCS = 2 };
static _Atomic long long *control;
static const char *folder;

__attribute__((constructor)) static void open_control(void) {
    const char *path = getenv("FAILING_CONTROL");
    folder = getenv("FAILING_FOLDER");
    int file = path && folder ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (seen != MAP_FAILED) control = seen;
}

static int fails(int file, int kind) {
    char link[64], path[4096];
    if (!control || !(control[0] & kind) || control[2] <= 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (atomic_fetch_sub(&control[1], 1) > 0) return 0;
    if (atomic_fetch_sub(&control[2], 1) <= 0) return 0;
    errno = (int)control[3];
    return 1;
}

#define WRAP(kind, result, name, parameters, arguments)                          \
    result name parameters {                                                     \
        static result(*real) parameters;                                         \
        if (!real) real = (result(*) parameters)dlsym(RTLD_NEXT, #name);         \
        return fails(file, kind) ? -1 : real arguments;                          \
    }

WRAP(WRITES, ssize_t, write, (int file, const void *from, size_t count), (file, from, count))
WRAP(WRITES, ssize_t, pwrite, (int file, const void *from, size_t count, off_t at), (file, from, count, at))
WRAP(WRITES, ssize_t, pwrite64, (int file, const void *from, size_t count, off64_t at), (file, from, count, at))
WRAP(WRITES, int, ftruncate, (int file, off_t size), (file, size))
WRAP(WRITES, int, ftruncate64, (int file, off64_t size), (file, size))
WRAP(SYNCS, int, fsync, (int file), (file))
WRAP(SYNCS, int, fdatasync, (int file), (file))
