/// Accounts and their privileges, kept in tables of the database `mysql`.
@NullMarked
package io.tidemark.sql.account;

import org.jspecify.annotations.NullMarked;
