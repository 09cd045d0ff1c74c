lexer grammar IgvmSpecLexer;

channels { DOC_CHANNEL, COMMENT_CHANNEL }

IGVMSPEC: 'igvmspec';
INCLUDE: 'include';
CONST: 'const';
PARAM: 'param';
INPUT: 'input';
ASSERT: 'assert';
EXPECT: 'expect';
FRAGMENT: 'fragment';
USE: 'use';
WHEN: 'when';
ELSE: 'else';
FOR: 'for';
IN: 'in';
ON: 'on';
TRUE: 'true';
FALSE: 'false';

LBRACE: '{';   RBRACE: '}';
LPAREN: '(';   RPAREN: ')';
LBRACKET: '['; RBRACKET: ']';
SEMI: ';';     COMMA: ',';   COLON: ':';   DOT: '.';   DOT_DOT: '..';   ASSIGN: '=';   QUESTION: '?';

OR: '||';      AND: '&&';
PIPE: '|';     CARET: '^';   AMPERSAND: '&';
EQUAL: '==';   NOT_EQUAL: '!=';
LESS: '<';     LESS_EQUAL: '<=';   GREATER: '>';   GREATER_EQUAL: '>=';
SHIFT_LEFT: '<<';   SHIFT_RIGHT: '>>';
PLUS: '+';     MINUS: '-';   STAR: '*';   SLASH: '/';   PERCENT: '%';
NOT: '!';      TILDE: '~';

// A literal that is not closed is a token of its own: the parser reports it where it stands.
HEX: 'hex"' ~["\r\n]* '"';
OPEN_HEX: 'hex"' ~["\r\n]*;
STRING: '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"';
OPEN_STRING: '"' ('\\' ~[\r\n] | ~["\\\r\n])*;

// Swallows the letters that touch it, so that a suffix is judged in one place.
NUMBER: [0-9] [0-9A-Za-z_]*;
IDENT: [A-Za-z_] [A-Za-z_0-9]*;

DOC: '///' ~[\r\n]* -> channel(DOC_CHANNEL);
// Kept beside the text for the formatter; it sees the line breaks between tokens in the source.
COMMENT: '//' ~[\r\n]* -> channel(COMMENT_CHANNEL);
SPACE: [ \t\r\n]+ -> skip;
UNKNOWN: .;
