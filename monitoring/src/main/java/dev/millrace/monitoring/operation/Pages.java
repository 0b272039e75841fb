package dev.millrace.monitoring.operation;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Cuts lists into pages. A page's token holds the key of the last row that was shown, not a position:
/// rows that come or go between two pages make no other row appear twice or be left out.
final class Pages {
    private static final String MEMBER = "NextToken";

    private Pages() {}

    /// Hands the rows of the page over and puts the token of the next one, if there is one, into the
    /// answer.
    ///
    /// @param rows sorted by their keys
    static <R> void cut(
            List<R> rows, Function<R, String> key, int size, ObjectNode request, ObjectNode answer, Consumer<R> row) {
        String after = request.has(MEMBER) ? text(request.get(MEMBER).asString("")) : null;
        List<R> rest = after == null
                ? rows
                : rows.stream()
                        .filter(each -> key.apply(each).compareTo(after) > 0)
                        .toList();
        List<R> page = rest.subList(0, Math.min(size, rest.size()));
        page.forEach(row);
        if (page.size() < rest.size()) {
            answer.put(MEMBER, token(key.apply(page.getLast())));
        }
    }

    static String token(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// @throws PlatformException `INVALID_NEXT_TOKEN` when it is none
    static String text(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    static PlatformException invalid(Throwable cause) {
        return new PlatformException(ErrorCode.INVALID_NEXT_TOKEN, "The next token specified is invalid.", cause);
    }
}
