package dev.millrace.controlplane.topic;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// One accepted value, or one rule for values, of a key of a filter policy.
sealed interface FilterMatcher {
    /// The string, number, `true`, `false` or `null` itself.
    record Exact(JsonNode expected) implements FilterMatcher {}

    record Prefix(String prefix) implements FilterMatcher {}

    record Suffix(String suffix) implements FilterMatcher {}

    record EqualsIgnoreCase(String expected) implements FilterMatcher {}

    /// None of these.
    record AnythingBut(List<FilterMatcher> excluded) implements FilterMatcher {}

    /// All of these.
    record Numeric(List<Bound> bounds) implements FilterMatcher {}

    /// Whether the key is there; asked of the key, not of its values.
    record Exists(boolean wanted) implements FilterMatcher {}

    /// @param operator `=`, `<`, `<=`, `>` or `>=`
    record Bound(String operator, double limit) {
        boolean holds(double value) {
            return switch (operator) {
                case "=" -> value == limit;
                case "<" -> value < limit;
                case "<=" -> value <= limit;
                case ">" -> value > limit;
                default -> value >= limit;
            };
        }
    }

    /// Whether a key with these values is accepted.
    ///
    /// @param isThere whether there is the key at all
    default boolean accepts(boolean isThere, List<JsonNode> values) {
        return this instanceof Exists(boolean wanted)
                ? wanted == isThere
                : values.stream().anyMatch(this::matches);
    }

    private boolean matches(JsonNode value) {
        return switch (this) {
            case Exact(JsonNode expected) ->
                expected.isNumber()
                        ? value.isNumber() && value.doubleValue(Double.NaN) == expected.doubleValue(Double.NaN)
                        : expected.equals(value);
            case Prefix(String prefix) ->
                value.isString() && value.stringValue().startsWith(prefix);
            case Suffix(String suffix) ->
                value.isString() && value.stringValue().endsWith(suffix);
            case EqualsIgnoreCase(String expected) ->
                value.isString()
                        && value.stringValue().toLowerCase(Locale.ROOT).equals(expected.toLowerCase(Locale.ROOT));
            case AnythingBut(List<FilterMatcher> excluded) ->
                value.isValueNode() && excluded.stream().noneMatch(each -> each.matches(value));
            case Numeric(List<Bound> bounds) ->
                value.isNumber() && bounds.stream().allMatch(bound -> bound.holds(value.doubleValue(Double.NaN)));
            case Exists _ -> false;
        };
    }
}
