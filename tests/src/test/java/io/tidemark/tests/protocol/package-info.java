/// Clients nobody here wrote, in numbers.
package io.tidemark.tests.protocol;
