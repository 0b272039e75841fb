package dev.millrace.gateway.accept;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The API's constraints on members of a call, with the API's words for their violation.
///
/// A message names the member and the rule and never repeats the value, so nothing hostile is reflected.
final class MemberRules {
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x20-\\x7E]*");

    private MemberRules() {}

    /// Header text: visible ASCII, so that it can be forwarded as a header and logged.
    static void text(String member, @Nullable String value, int maxLength) {
        if (value == null) {
            return;
        }
        if (value.length() > maxLength) {
            throw violation(member, "Member must have length less than or equal to " + maxLength);
        }
        if (!VISIBLE_ASCII.matcher(value).matches()) {
            throw violation(member, "Member must consist of visible ASCII characters");
        }
    }

    static void pattern(String member, @Nullable String value, int maxLength, Pattern pattern) {
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > maxLength) {
            throw violation(member, "Member must have length between 1 and " + maxLength);
        }
        if (!pattern.matcher(value).matches()) {
            throw violation(member, "Member must satisfy regular expression pattern: " + pattern);
        }
    }

    static void range(String member, long value, long min, long max) {
        if (value < min || value > max) {
            throw violation(member, "Member must have value between " + min + " and " + max);
        }
    }

    static PlatformException violation(String member, String constraint) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR,
                "1 validation error detected: Value at '" + member + "' failed to satisfy constraint: " + constraint);
    }
}
