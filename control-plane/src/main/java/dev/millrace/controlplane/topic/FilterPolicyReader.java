package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.topic.FilterPolicy.Scope;
import dev.millrace.invocation.PlatformException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads filter policies, within SNS's limits: five keys, and 150 combinations of values, each value of a
/// nested key counting as often as it is deep.
final class FilterPolicyReader {
    static final String ATTRIBUTE = "FilterPolicy";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String OR = "$or";
    private static final int MAX_KEYS = 5;
    private static final int MAX_COMBINATIONS = 150;
    private static final int MAX_DEPTH = 10;
    private static final double MAX_NUMBER = 1e9;
    private static final Set<String> OPERATORS = Set.of("=", "<", "<=", ">", ">=");

    private final Scope scope;
    private int keys;

    private FilterPolicyReader(Scope scope) {
        this.scope = scope;
    }

    /// A policy, and how many combinations of values it has.
    private record Counted(FilterPolicy policy, long combinations) {}

    /// @throws PlatformException `VALIDATION_ERROR` saying what is wrong with it
    static FilterPolicy read(String json, Scope scope) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JacksonException _) {
            throw invalid("failed to parse JSON");
        }
        var reader = new FilterPolicyReader(scope);
        Counted read = reader.object(node, 1);
        if (reader.keys > MAX_KEYS) {
            throw invalid("Filter policy can not have more than " + MAX_KEYS + " keys");
        }
        if (read.combinations() > MAX_COMBINATIONS) {
            throw invalid("Filter policy is too complex");
        }
        return read.policy();
    }

    private Counted object(JsonNode node, int depth) {
        if (!node.isObject()) {
            throw invalid("Filter policy must be an object");
        }
        if (depth > MAX_DEPTH) {
            throw invalid("Filter policy is too complex");
        }
        List<FilterPolicy> policies = new ArrayList<>();
        long combinations = 1;
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            Counted member = member(entry.getKey(), entry.getValue(), depth);
            policies.add(member.policy());
            combinations = Math.min(1_000_000, combinations * member.combinations());
        }
        return new Counted(new FilterPolicy.All(policies), combinations);
    }

    private Counted member(String name, JsonNode value, int depth) {
        if (name.equals(OR)) {
            return anyOf(value, depth);
        }
        if (value.isObject()) {
            if (scope == Scope.MESSAGE_ATTRIBUTES) {
                throw invalid("Filter policy scope MessageAttributes does not support nested filter policy");
            }
            Counted nested = object(value, depth + 1);
            return new Counted(new FilterPolicy.Nested(name, nested.policy()), nested.combinations());
        }
        if (!value.isArray()) {
            throw invalid("\"" + name + "\" must be an object or an array");
        }
        if (value.isEmpty()) {
            throw invalid("Empty arrays are not allowed");
        }
        keys++;
        List<FilterMatcher> matchers =
                value.valueStream().map(FilterPolicyReader::matcher).toList();
        return new Counted(new FilterPolicy.Key(name, matchers), (long) matchers.size() * depth);
    }

    private Counted anyOf(JsonNode value, int depth) {
        if (!value.isArray() || value.size() < 2) {
            throw invalid("$or must be an array of at least two objects");
        }
        List<Counted> alternatives =
                value.valueStream().map(each -> object(each, depth)).toList();
        return new Counted(
                new FilterPolicy.Any(alternatives.stream().map(Counted::policy).toList()),
                alternatives.stream().mapToLong(Counted::combinations).sum());
    }

    private static FilterMatcher matcher(JsonNode node) {
        if (node.isObject()) {
            return rule(node);
        }
        if (node.isArray()) {
            throw invalid("Match value must be String, number, true, false, or null");
        }
        if (node.isNumber()) {
            number(node);
        }
        return new FilterMatcher.Exact(node);
    }

    private static FilterMatcher rule(JsonNode node) {
        if (node.size() != 1) {
            throw invalid("Only one key allowed in match expression");
        }
        Map.Entry<String, JsonNode> rule = node.properties().iterator().next();
        JsonNode value = rule.getValue();
        return switch (rule.getKey()) {
            case "prefix" -> new FilterMatcher.Prefix(text("prefix", value));
            case "suffix" -> new FilterMatcher.Suffix(text("suffix", value));
            case "equals-ignore-case" -> new FilterMatcher.EqualsIgnoreCase(text("equals-ignore-case", value));
            case "anything-but" -> anythingBut(value);
            case "numeric" -> new FilterMatcher.Numeric(bounds(value));
            case "exists" -> {
                if (!value.isBoolean()) {
                    throw invalid("exists match pattern must be either true or false.");
                }
                yield new FilterMatcher.Exists(value.booleanValue());
            }
            default -> throw invalid("Unrecognized match type " + rule.getKey());
        };
    }

    private static FilterMatcher anythingBut(JsonNode value) {
        if (value.isObject()) {
            FilterMatcher excluded = rule(value);
            if (!(excluded instanceof FilterMatcher.Prefix || excluded instanceof FilterMatcher.Suffix)) {
                throw invalid("anything-but takes values, prefix or suffix");
            }
            return new FilterMatcher.AnythingBut(List.of(excluded));
        }
        List<JsonNode> values = value.isArray() ? value.valueStream().toList() : List.of(value);
        if (values.isEmpty() || !values.stream().allMatch(each -> each.isString() || each.isNumber())) {
            throw invalid("anything-but takes strings or numbers");
        }
        return new FilterMatcher.AnythingBut(
                values.stream().map(FilterPolicyReader::matcher).toList());
    }

    private static List<FilterMatcher.Bound> bounds(JsonNode value) {
        boolean isRange = value.isArray() && (value.size() == 2 || value.size() == 4);
        if (!isRange) {
            throw invalid("numeric takes one operator and number, or two for a range");
        }
        List<FilterMatcher.Bound> bounds = new ArrayList<>();
        for (int i = 0; i < value.size(); i += 2) {
            String operator = value.get(i).asString("");
            if (!value.get(i).isString() || !OPERATORS.contains(operator)) {
                throw invalid("Unrecognized numeric range operator: " + operator);
            }
            bounds.add(new FilterMatcher.Bound(operator, number(value.get(i + 1))));
        }
        return List.copyOf(bounds);
    }

    private static double number(JsonNode node) {
        double number = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
        if (!(Math.abs(number) <= MAX_NUMBER)) {
            throw invalid("numbers are from -1000000000 to 1000000000");
        }
        return number;
    }

    private static String text(String rule, JsonNode value) {
        if (!value.isString() || value.stringValue().isEmpty()) {
            throw invalid(rule + " match pattern must be a string");
        }
        return value.stringValue();
    }

    private static PlatformException invalid(String problem) {
        return TopicRules.invalid(ATTRIBUTE, problem);
    }
}
