/// Who calls, and what they may do: access keys, AWS Signature Version 4, bearer tokens, roles. No I/O of
/// its own.
@NullMarked
package dev.millrace.identity;

import org.jspecify.annotations.NullMarked;
