package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The list operations: filter, sort, cut into pages.
///
/// A page's token names the last row that was shown, not a position: rows that come or go between two pages
/// make
/// no other row appear twice or be left out.
///
/// @param <R> what is listed
final class Listing<R extends Resource> {
    private static final int DEFAULT_PAGE = 10;
    private static final String SEPARATOR = "\n";

    private record Row(String sortKey, String name, JsonNode summary) {
        boolean isAfter(Row other, Comparator<Row> order) {
            return order.compare(this, other) > 0;
        }
    }

    private final String resultKey;
    private final String defaultSort;
    private final Map<String, Function<R, String>> sortKeys = new HashMap<>();
    private String defaultOrder = "Descending";
    private final List<Predicate<R>> filters = new ArrayList<>();

    Listing(String resultKey, String defaultSort) {
        this.resultKey = resultKey;
        this.defaultSort = defaultSort;
        sortKeys.put("Name", Resource::name);
        sortKeys.put("CreationTime", resource -> sortable(resource.createdAt()));
    }

    /// In ascending order when the request asks for none.
    Listing<R> ascending() {
        defaultOrder = "Ascending";
        return this;
    }

    Listing<R> sortableBy(String name, Function<R, String> key) {
        sortKeys.put(name, key);
        return this;
    }

    Listing<R> keeping(Predicate<R> filter) {
        filters.add(filter);
        return this;
    }

    ObjectNode list(List<R> all, ObjectNode request, Function<R, JsonNode> summary) {
        String sortBy = request.path("SortBy").asString(defaultSort);
        boolean isDescending = !request.path("SortOrder").asString(defaultOrder).equals("Ascending");
        int size = request.path("MaxResults").asInt(DEFAULT_PAGE);
        Function<R, String> sortKey = sortKeys.getOrDefault(sortBy, Resource::name);
        Comparator<Row> ascending = Comparator.comparing(Row::sortKey).thenComparing(Row::name);
        Comparator<Row> order = isDescending ? ascending.reversed() : ascending;

        List<Row> rows = all.stream()
                .filter(resource ->
                        resource.name().contains(request.path("NameContains").asString("")))
                .filter(isWithin(request, "CreationTime", Resource::createdAt))
                .filter(resource -> filters.stream().allMatch(filter -> filter.test(resource)))
                .map(resource -> new Row(sortKey.apply(resource), resource.name(), summary.apply(resource)))
                .sorted(order)
                .toList();
        if (request.has("NextToken")) {
            Row last = last(request.get("NextToken").stringValue(), sortBy, isDescending);
            rows = rows.stream().filter(row -> row.isAfter(last, order)).toList();
        }
        List<Row> page = rows.subList(0, Math.min(size, rows.size()));
        ArrayNode summaries = JsonNodeFactory.instance.arrayNode();
        page.forEach(row -> summaries.add(row.summary()));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set(resultKey, summaries);
        if (page.size() < rows.size()) {
            answer.put("NextToken", token(page.getLast(), sortBy, isDescending));
        }
        return answer;
    }

    /// `…After` is inclusive, `…Before` is not.
    static <R> Predicate<R> isWithin(ObjectNode request, String member, Function<R, Instant> time) {
        JsonNode after = request.path(member + "After");
        JsonNode before = request.path(member + "Before");
        return resource -> {
            BigDecimal at = ControlPlaneJson.seconds(time.apply(resource)).decimalValue();
            return (after.isMissingNode() || at.compareTo(after.decimalValue()) >= 0)
                    && (before.isMissingNode() || at.compareTo(before.decimalValue()) < 0);
        };
    }

    static String sortable(Instant time) {
        String millis = Long.toString(time.toEpochMilli());
        return "0".repeat(Math.max(0, 19 - millis.length())) + millis;
    }

    private static String token(Row last, String sortBy, boolean isDescending) {
        String text = String.join(SEPARATOR, sortBy, Boolean.toString(isDescending), last.sortKey(), last.name());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Row last(String token, String sortBy, boolean isDescending) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(SEPARATOR, -1);
            if (parts.length == 4 && parts[0].equals(sortBy) && parts[1].equals(Boolean.toString(isDescending))) {
                return new Row(parts[2], parts[3], JsonNodeFactory.instance.objectNode());
            }
        } catch (IllegalArgumentException _) {
            // No Base64: as wrong as any other text that we did not write.
        }
        throw new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid NextToken.");
    }
}
