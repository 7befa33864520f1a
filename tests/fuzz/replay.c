/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over the empty input and over each file, and each file of each folder, that is
 * named as an argument. A path that cannot be read fails: a misnamed folder must not pass unseen.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool complain(const char *path)
{
    fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
    return false;
}

/* The input lies in a block of exactly its size, so that a read past its end is seen. */
static bool file_run(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = file ? malloc(size) : NULL;
    bool ok = data && fread(data, 1, size, file) == size;

    if (ok) {
        fprintf(stderr, "%s\n", path); /* the last name printed is the one that failed */
        LLVMFuzzerTestOneInput(data, size);
    } else {
        complain(path);
    }
    free(data);
    if (file) {
        fclose(file);
    }
    return ok;
}

static bool path_run(const char *path, int depth)
{
    struct stat st;
    struct dirent *entry;
    DIR *dir;
    bool ok = true;

    if (stat(path, &st) != 0) {
        return complain(path);
    }
    if (!S_ISDIR(st.st_mode)) {
        return file_run(path, (size_t)st.st_size);
    }
    dir = depth < 8 ? opendir(path) : NULL;
    if (!dir) {
        return complain(path);
    }
    while ((entry = readdir(dir)) != NULL) {
        char name[4096];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        ok = path_run(name, depth + 1) && ok;
    }
    closedir(dir);
    return ok;
}

int main(int argc, char **argv)
{
    bool ok = true;

    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        ok = path_run(argv[i], 0) && ok;
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
