// Advice on `http/`: the syntax of either head of the opening handshake.

import type { AdviceTable } from './table.ts';

export const HTTP_ADVICE: AdviceTable = {
  'http/start-line-malformed': [
    'A strict server answers 400, and a strict client drops the connection before it exists.',
    'The line is put together by hand, with a double space, a missing version, or a path that holds a space.',
    'Build the line from its three parts with exactly one space between them, and percent-encode the path.',
  ],
  'http/status-line-space-missing': [
    'Parsers that follow the grammar to the letter refuse the response, others take it, so it fails with some clients only.',
    'The server drops an empty reason phrase together with the space before it.',
    'Write the space after the status code even where no reason follows, or write "Switching Protocols".',
  ],
  'http/bare-lf': [
    'A strict peer or proxy refuses the head, and a lenient one may see other field borders than you do.',
    'The head is joined with a plain newline, as print functions and here-documents of most languages do.',
    'End every line of the head with CR LF, and end the head with an empty line of CR LF.',
  ],
  'http/bare-cr': [
    'Parsers disagree on where the line ends, which is how requests are smuggled past proxies.',
    'A value from outside is put into a field without looking at its characters, or CR LF was converted halfway.',
    'Refuse CR and LF in every value that goes into a head, and write line ends only in one place.',
  ],
  'http/obs-fold': [
    'A server has to refuse such a request with 400 or to repair it, and few do the same.',
    'A long value, such as a token or a list of cookies, was wrapped by a library made for mail headers.',
    'Write each field on one line, however long it is.',
  ],
  'http/space-before-colon': [
    'A server must answer 400 to it, and a proxy may take the name with its white space for an unknown field.',
    'The fields are formatted as columns, or with a template that has a space on either side of the colon.',
    'Put the colon right after the field name.',
  ],
  'http/space-before-first-field': [
    'The first field is ignored, or read as a continuation of the request line, and the handshake fails.',
    'The head is an indented string literal in the source.',
    'Remove the indentation from the literal, or join the lines from a list.',
  ],
  'http/crlf-before-request': [
    'Servers that do not skip empty lines answer 400, and those that do hide the mistake.',
    'The empty line is the end of a former request on the same connection, or a literal that begins with a newline.',
    'Begin with the request line, and send nothing between two requests.',
  ],
  'http/field-name-invalid': [
    'The field is dropped or the whole head refused, so what it was to say never arrives.',
    'A name is taken from configuration or from a program without a check, with a space, a colon or a letter like é in it.',
    'Use letters, digits and hyphens in names of fields, and check what comes from outside.',
  ],
  'http/field-value-control': [
    'Servers answer 400, and a NUL or a line end in the value can change what the next machine reads.',
    'Binary data, such as a raw token or a C string with its NUL, is put into a field as it is.',
    'Encode binary values, for instance as base64, and refuse control characters in values from outside.',
  ],
  'http/field-value-non-ascii': [
    'Each end may read another text from these octets, or replace them.',
    'A name of a user or a path in UTF-8 or Latin-1 is put into a field without an encoding.',
    'Keep values in ASCII, and percent-encode or base64-encode what is not.',
  ],
  'http/empty-list-element': [
    'A parser that splits at commas finds a token without a name and may refuse the whole list.',
    'The list is joined from parts of which one is empty, or a comma is left after its last element.',
    'Leave empty parts out before the list is joined.',
  ],
  'http/content-length-with-transfer-encoding': [
    'Two machines on the way may disagree on where the message ends, which is how requests are smuggled.',
    'A framework adds its own framing to a response for which the application already set a length.',
    'Send one of the two; a handshake needs neither.',
  ],
  'http/request-has-content': [
    'The octets of the content may be read as the first frame, and the connection fails with a senseless error.',
    'The client is a general HTTP client that sends content, or at least its length, with every request.',
    'Send the opening handshake without content and without a length.',
  ],
  'http/content-length-malformed': [
    'The receiver cannot tell where the message ends and has to give up the connection.',
    'The length is printed with a sign, a unit, a decimal point, or as the word for an absent value.',
    'Write the number of octets in decimal digits, or leave the field out.',
  ],
  'http/content-length-conflict': [
    'Machines that take the first length and those that take the last see different messages.',
    'Both the framework and the application set the field, or a proxy adds one of its own.',
    'Set the length in one place only.',
  ],
  'http/content-length-forbidden': [
    'A client may wait for content that never comes, or take the first frames for it.',
    'A framework adds a length to every response, also to 1xx and 204.',
    'Remove the field from responses that cannot have content; a 101 is one of them.',
  ],
  'http/content-truncated': [
    'What the server wanted to say about the refusal is lost, and the client reports a broken connection instead.',
    'The process ends TCP right after the status, or the length counts characters and not octets.',
    'Send all of the content before TCP is ended, and count its octets.',
  ],
  'http/connection-malformed': [
    'The server does not find the word Upgrade in it and answers with an ordinary page or 400.',
    'The list is joined with another separator than the comma, or holds quotes or a whole value of another field.',
    'Write tokens with commas between them, such as "keep-alive, Upgrade".',
  ],
};
