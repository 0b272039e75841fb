package dev.millrace.gateway.http;

import dev.millrace.identity.Principal;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call in the Query protocol.
///
/// @param parameters of the form or of the query string, as many as its API takes
/// @param caller null where nobody is asked who they are
/// @param isLink whether somebody followed a link in a message, who is not asked either
public record QueryCall(
        Map<String, String> parameters, @Nullable Principal caller, boolean isLink, String requestId) {
    public String action() {
        return parameters.getOrDefault("Action", "");
    }

    /// @throws PlatformException `VALIDATION_ERROR` when there is none of that name
    public String required(String name) {
        String value = parameters.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "The request must contain the parameter " + name + ".");
        }
        return value;
    }
}
