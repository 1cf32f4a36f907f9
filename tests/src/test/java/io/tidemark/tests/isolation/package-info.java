/// Which anomalies each isolation level lets through, as a MySQL client sees them.
package io.tidemark.tests.isolation;
