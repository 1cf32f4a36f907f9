#!/usr/bin/env bash
# What clients see while the disk of the log or of the object store is full, and after kill -9 then. As root, because it
# mounts small file systems; otherwise it says that it skips.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec bin/test tests FullDiskTest -Dtidemark.full.disk=true
