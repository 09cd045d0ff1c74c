parser grammar IgvmSpecParser;

options { tokenVocab = IgvmSpecLexer; }

// One token of lookahead decides everywhere: no prediction, and errors at their true place.
file: version? item* EOF;
version: IGVMSPEC NUMBER SEMI;
item: include | declaration | assertion | expectation | fragmentItem | block;
include: INCLUDE STRING SEMI;
declaration: CONST name ASSIGN expr SEMI
           | (PARAM | INPUT) name COLON name (ASSIGN expr)? SEMI;
assertion: ASSERT LPAREN expr (COMMA expr)? RPAREN SEMI;

expectation: EXPECT arguments SEMI;
fragmentItem: FRAGMENT name LPAREN (name (COMMA name)*)? RPAREN body;

// Kinds of blocks and names of attributes are words for the schema, not tokens. An entry without body is an attribute,
// or with two words a field.
block: IDENT blockName? scope? body;
body: LBRACE (assertion | expectation | use | when | loop | entry)* RBRACE;
entry: IDENT blockName? scope? (body | value)
     | entryWord (blockName scope? body | scope? (body | value));
value: ASSIGN expr SEMI;
scope: ON name (COMMA name)*;

use: USE name arguments SEMI;
when: WHEN LPAREN expr RPAREN body otherwise*;
otherwise: ELSE (WHEN LPAREN expr RPAREN)? body;
loop: FOR name IN expr (DOT_DOT expr)? body;

// Keywords are words wherever they cannot be mistaken.
name: blockName | ON | ASSERT;
entryWord: declarationWord | ON | IN | FRAGMENT;
blockName: IDENT | declarationWord | EXPECT | FRAGMENT | USE | WHEN | ELSE | FOR | IN;
declarationWord: IGVMSPEC | INCLUDE | CONST | PARAM | INPUT;

// Binary operators are a flat list; their precedence is a table of the compiler.
expr: binary (QUESTION expr COLON expr)?;
binary: unary (binaryOperator unary)*;
binaryOperator: OR | AND | PIPE | CARET | AMPERSAND | EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL
              | SHIFT_LEFT | SHIFT_RIGHT | PLUS | MINUS | STAR | SLASH | PERCENT;
unary: (NOT | MINUS | TILDE) unary | postfix;
postfix: primary suffix*;
suffix: DOT name | LBRACKET expr RBRACKET | arguments;
arguments: LPAREN (argument (COMMA argument)*)? RPAREN;
argument: expr (ASSIGN expr)?;
primary: NUMBER | STRING | HEX | TRUE | FALSE | name | list | LPAREN expr RPAREN;
list: LBRACKET (expr (COMMA expr)*)? RBRACKET;
