package dev.millrace.gateway.http;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads headers that may be given once; matched case-insensitively.
final class RequestHeaders {
    private final MultiMap headers;

    RequestHeaders(MultiMap headers) {
        this.headers = headers;
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the header is given twice
    @Nullable
    String find(String name) {
        List<String> values = headers.getAll(name);
        if (values.size() > 1) {
            throw invalid("header " + name + ": given more than once");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /// Whole seconds, or the default when the header is missing.
    Duration seconds(String name, Duration byDefault) {
        String text = find(name);
        if (text == null) {
            return byDefault;
        }
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid("header " + name + ": not a whole number of seconds");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    static PlatformException invalid(String message) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, message);
    }
}
