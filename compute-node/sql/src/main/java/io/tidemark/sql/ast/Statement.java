package io.tidemark.sql.ast;

/// A statement as it is written.
public sealed interface Statement
    permits DataStatement, DefinitionStatement, TransactionStatement, SessionStatement {}
