/// TPC-C's schema and its five transactions, with the consistency conditions of its clause 3.3.2.
package io.tidemark.tests.tpcc;
