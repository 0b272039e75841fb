package dev.millrace.controlplane.shape;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a member of a request may hold, with the API's own bounds.
public sealed interface Shape {
    /// A string.
    ///
    /// @param pattern of the whole value, or null; never asked about a value that is too long
    /// @param form what the value must name beyond its pattern
    record Text(int min, int max, @Nullable Pattern pattern, Form form) implements Shape {
        public Text(int min, int max) {
            this(min, max, null, Form.ANY);
        }

        public Text(int min, int max, String pattern) {
            this(min, max, Pattern.compile(pattern), Form.ANY);
        }

        public Text as(Form newForm) {
            return new Text(min, max, pattern, newForm);
        }
    }

    /// What a string names.
    enum Form {
        ANY,
        /// A user's object: `s3://bucket/key`.
        S3_OBJECT,
        /// A user's bucket or a prefix in it: `s3://bucket/prefix`.
        S3_PREFIX
    }

    /// One of some words.
    record Choice(List<String> words) implements Shape {
        public Choice {
            words = List.copyOf(words);
        }

        public static Choice of(String... words) {
            return new Choice(List.of(words));
        }
    }

    /// A whole number.
    record Whole(long min, long max) implements Shape {
        /// A count with no upper bound of its own; the type on the wire has 32 bits.
        public static Whole atLeast(long min) {
            return new Whole(min, Integer.MAX_VALUE);
        }
    }

    /// A finite number.
    record Decimal(double min) implements Shape {}

    /// `true` or `false`.
    record Flag() implements Shape {}

    /// Seconds since the epoch.
    record Time() implements Shape {}

    /// A list.
    record Items(int min, int max, Shape each) implements Shape {}

    /// A map from strings to strings.
    record Entries(int max, Text key, Text value) implements Shape {}

    /// An object with named members; members that are not named here are ignored.
    ///
    /// @param name as the API calls it
    /// @param rules asked once every member satisfies its own shape
    record Structure(String name, List<Member> members, List<Rule> rules) implements Shape {
        public Structure {
            members = List.copyOf(members);
            rules = List.copyOf(rules);
        }

        public static Structure of(String name, Member... members) {
            return new Structure(name, List.of(members), List.of());
        }

        public Structure with(Rule... newRules) {
            return new Structure(name, members, List.of(newRules));
        }
    }

    /// Something that several members must satisfy together.
    ///
    /// @param message what is wrong when it does not hold
    record Rule(String message, Predicate<ObjectNode> holds) {
        public static Rule exactlyOneOf(String a, String b) {
            return new Rule(
                    "Exactly one of " + a + " and " + b + " must be given.", node -> node.has(a) != node.has(b));
        }

        public static Rule atMostOneOf(String a, String b) {
            return new Rule(a + " and " + b + " must not be given together.", node -> !(node.has(a) && node.has(b)));
        }

        public static Rule required(String member, String of) {
            return new Rule(member + " is required for " + of + ".", node -> node.has(member));
        }

        public static Rule inOrder(String low, String high) {
            return new Rule(
                    low + " must not be greater than " + high + ".",
                    node -> !node.has(low)
                            || !node.has(high)
                            || node.get(low).longValue() <= node.get(high).longValue());
        }
    }
}
