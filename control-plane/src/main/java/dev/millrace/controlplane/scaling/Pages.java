package dev.millrace.controlplane.scaling;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Cuts what an operation lists into pages.
///
/// A token names the last row that was shown, not a position: rows that come or go between two pages
/// make no other row appear twice or be left out.
///
/// @param member of the answer that holds the rows
/// @param size of a page where the request names none
/// @param key sorts the rows; unique
/// @param <T> a row
record Pages<T>(String member, int size, Function<T, String> key) {
    private static final String SEPARATOR = "\n";

    ObjectNode list(List<T> all, ObjectNode request, Function<T, ObjectNode> describe) {
        String after = request.has("NextToken") ? last(request.get("NextToken").stringValue()) : "";
        List<T> rest = all.stream()
                .filter(each -> key.apply(each).compareTo(after) > 0)
                .sorted(Comparator.comparing(key))
                .toList();
        List<T> page = rest.subList(0, Math.min(request.path("MaxResults").asInt(size), rest.size()));
        ArrayNode rows = ScalingRequests.list();
        page.forEach(each -> rows.add(describe.apply(each)));
        ObjectNode answer = ScalingRequests.answer();
        answer.set(member, rows);
        if (page.size() < rest.size()) {
            answer.put("NextToken", token(key.apply(page.getLast())));
        }
        return answer;
    }

    private String token(String last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((member + SEPARATOR + last).getBytes(StandardCharsets.UTF_8));
    }

    private String last(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(member + SEPARATOR)) {
                return text.substring(member.length() + 1);
            }
        } catch (IllegalArgumentException _) {
            // No Base64: as wrong as any other text that we did not write.
        }
        throw new PlatformException(ErrorCode.INVALID_NEXT_TOKEN, "Invalid NextToken.");
    }
}
