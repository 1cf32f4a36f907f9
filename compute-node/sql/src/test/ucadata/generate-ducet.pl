#!/usr/bin/perl
# Makes src/main/resources/io/tidemark/sql/collation/ducet.bin.gz from the Default Unicode Collation Element
# Table that Perl's core module Unicode::Collate ships (allkeys.txt; Copyright Unicode, Inc., Unicode Licence:
# https://www.unicode.org/license.txt).
#
# MySQL's utf8mb4_0900 collations follow Unicode 9.0, so characters that came later are left out; they get
# implicit weights, as MySQL gives them. Order of the others did not change between 9.0 and the shipped version
# as far as the differences published with UCA 10 to 13 say.
#
# Usage: perl generate-ducet.pl > ducet.bin.gz
#
# Format, big-endian, gzipped: "TMUC", u8 version 1, u32 entries; per entry u8 code points, u24 each,
# u8 collation elements, each u16 primary, u16 secondary, u8 tertiary.
use strict;
use warnings;
use IO::Compress::Gzip qw(gzip $GzipError);
use Unicode::Collate;

my $file;
for my $dir (@INC) { my $f = "$dir/Unicode/Collate/allkeys.txt"; $file = $f if !$file && -e $f; }
open(my $in, "<", $file) or die "allkeys.txt: $!";
my $entries = 0;
my $body = "";
LINE: while (my $line = <$in>) {
  $line =~ s/#.*//;
  next unless $line =~ /^([0-9A-F ]+?)\s*;\s*(.*)$/;
  my ($points, $elements) = ($1, $2);
  my @points = map { hex } split / /, $points;
  for my $p (@points) {
    no warnings;
    next LINE unless chr($p) =~ /\p{Present_In: 9.0}/;
  }
  my @elements;
  while ($elements =~ /\[[.*]([0-9A-F]{4})\.([0-9A-F]{4})\.([0-9A-F]{4})\]/g) {
    push @elements, pack("nnC", hex($1), hex($2), hex($3));
  }
  $body .= pack("C", scalar @points) . join("", map { substr(pack("N", $_), 1) } @points);
  $body .= pack("C", scalar @elements) . join("", @elements);
  $entries++;
}
my $data = "TMUC" . pack("CN", 1, $entries) . $body;
my $out;
gzip(\$data => \$out, -Minimal => 1, -Level => 9) or die $GzipError;
binmode STDOUT;
print $out;
