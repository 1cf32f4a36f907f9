/// The same random SQL here and on MariaDB.
package io.tidemark.tests.differential;
