/* Stands between the program and the disk's sync: counts the syncs of the database's log, and fails every
   sync of the database while a file named `fail` lies in the directory that SYNC_SHIM names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_of_database(int fd, const char *end) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return end ? (size_t)length >= strlen(end) && strcmp(path + length - strlen(end), end) == 0
               : strstr(path, ".db") != NULL;
}

static int stand_in(int fd, const char *name) {
    const char *directory = getenv("SYNC_SHIM");
    char path[4096];
    if (directory && is_of_database(fd, NULL)) {
        snprintf(path, sizeof path, "%s/fail", directory);
        if (access(path, F_OK) == 0) {
            errno = EIO;
            return -1;
        }
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(fd);
    if (directory && result == 0 && is_of_database(fd, "-wal")) {
        snprintf(path, sizeof path, "%s/syncs", directory);
        int log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (log >= 0) {
            if (write(log, ".", 1) != 1) abort();
            close(log);
        }
    }
    return result;
}

int fsync(int fd) { return stand_in(fd, "fsync"); }
int fdatasync(int fd) { return stand_in(fd, "fdatasync"); }
