#!/usr/bin/env python3
"""Makes general-ci.bin.gz and unicode-ci.bin.gz from what a running MariaDB or MySQL server says.

Asks WEIGHT_STRING() for every character of the Basic Multilingual Plane; stores only facts (numbers).
Usage: generate-one-character-weights.py SOCKET COLLATION > FILE
       COLLATION is utf8mb4_general_ci or utf8mb4_unicode_ci.

Format, big-endian, gzipped: "TMW1", u32 entries; per entry u16 code point, u8 weights, u16 each.
general_ci: characters that weigh their own code point are left out.
unicode_ci: characters with implicit weights (two weights, the first from FB40 on) are left out.
"""
import gzip, struct, subprocess, sys

socket, collation = sys.argv[1:3]
query = (
    "select seq, hex(weight_string(convert(char(seq using ucs2) using utf8mb4) collate %s)) "
    "from test.seq_1_to_65535 where seq not between 55296 and 57343" % collation)
out = subprocess.run(["mariadb", "--no-defaults", "-N", "-S", socket, "-e", query],
                     check=True, capture_output=True, text=True).stdout
entries = []
for line in out.splitlines():
    seq, weights = line.split("\t")
    seq = int(seq)
    weights = [int(weights[i:i + 4], 16) for i in range(0, len(weights), 4)]
    if collation.endswith("general_ci"):
        if weights == [seq]:
            continue
    elif len(weights) == 2 and weights[0] >= 0xFB40:
        continue
    entries.append((seq, weights))
data = b"TMW1" + struct.pack(">I", len(entries))
for seq, weights in entries:
    data += struct.pack(">HB%dH" % len(weights), seq, len(weights), *weights)
sys.stdout.buffer.write(gzip.compress(data, 9, mtime=0))
