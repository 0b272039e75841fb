package dev.millrace.model.internal.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the body of a request says about its answer.
///
/// @param id given back in the answer
/// @param outputs the wanted ones by name; empty for all
/// @param isBinaryWanted whether tensors of the answer are wanted as bytes after the JSON
public record RequestDetails(@Nullable String id, List<String> outputs, boolean isBinaryWanted) {
    /// A format that says nothing.
    public static final RequestDetails NONE = new RequestDetails(null, List.of(), false);

    public RequestDetails {
        outputs = List.copyOf(outputs);
    }
}
