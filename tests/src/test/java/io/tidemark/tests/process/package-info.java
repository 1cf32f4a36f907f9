/// Tidemark as a process of its own, started and killed by tests.
package io.tidemark.tests.process;
