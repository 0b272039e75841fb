package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a list, up to 100 items in the order of their names.
///
/// @param nextToken asks for the part after this one, or null when this is the last
/// @param <R> what is listed
public record Page<R extends Resource>(
        List<R> items, @Nullable String nextToken) {
    private static final int SIZE = 100;

    public Page {
        items = List.copyOf(items);
    }

    /// @param sorted by name
    static <R extends Resource> Page<R> of(List<R> sorted, @Nullable String token) {
        String after = token == null || token.isEmpty() ? "" : decoded(token);
        List<R> rest =
                sorted.stream().filter(each -> each.name().compareTo(after) > 0).toList();
        List<R> items = rest.subList(0, Math.min(SIZE, rest.size()));
        return new Page<>(
                items, items.size() < rest.size() ? encoded(items.getLast().name()) : null);
    }

    private static String encoded(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw TopicRules.invalid("NextToken");
        }
    }
}
