package dev.millrace.monitoring.math;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// An expression as parsed.
sealed interface Expression {
    record Literal(double value) implements Expression {}

    /// A text in quotes.
    record Text(String value) implements Expression {}

    /// The result of another query of the same request.
    record Reference(String id) implements Expression {}

    /// A list in brackets.
    record Listed(List<Expression> items) implements Expression {
        public Listed {
            items = List.copyOf(items);
        }
    }

    record Negated(Expression operand) implements Expression {}

    record Combined(Operator operator, Expression left, Expression right) implements Expression {}

    record Call(Function function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// Weakest first; those of one precedence are taken from the left.
    enum Operator {
        OR("||", 1),
        AND("&&", 2),
        EQUAL("==", 3),
        NOT_EQUAL("!=", 3),
        AT_LEAST(">=", 4),
        AT_MOST("<=", 4),
        GREATER(">", 4),
        LESS("<", 4),
        PLUS("+", 5),
        MINUS("-", 5),
        TIMES("*", 6),
        DIVIDED_BY("/", 6);

        private final String symbol;
        private final int precedence;

        Operator(String symbol, int precedence) {
            this.symbol = symbol;
            this.precedence = precedence;
        }

        String symbol() {
            return symbol;
        }

        int precedence() {
            return precedence;
        }

        /// Comparisons give 1 for true; division by zero gives NaN, which is no value.
        double apply(double left, double right) {
            return switch (this) {
                case OR -> truth(left != 0 || right != 0);
                case AND -> truth(left != 0 && right != 0);
                case EQUAL -> truth(left == right);
                case NOT_EQUAL -> truth(left != right);
                case AT_LEAST -> truth(left >= right);
                case AT_MOST -> truth(left <= right);
                case GREATER -> truth(left > right);
                case LESS -> truth(left < right);
                case PLUS -> left + right;
                case MINUS -> left - right;
                case TIMES -> left * right;
                case DIVIDED_BY -> right == 0 ? Double.NaN : left / right;
            };
        }

        private static double truth(boolean holds) {
            return holds ? 1 : 0;
        }
    }

    enum Function {
        SUM(1, 1),
        AVG(1, 1),
        MIN(1, 1),
        MAX(1, 1),
        METRICS(0, 1),
        PERIOD(1, 1),
        RATE(1, 1),
        FILL(2, 2),
        IF(2, 3);

        private final int minArguments;
        private final int maxArguments;

        Function(int minArguments, int maxArguments) {
            this.minArguments = minArguments;
            this.maxArguments = maxArguments;
        }

        boolean takes(int arguments) {
            return arguments >= minArguments && arguments <= maxArguments;
        }

        static Optional<Function> of(String name) {
            for (Function function : values()) {
                if (function.name().equals(name.toUpperCase(Locale.ROOT))) {
                    return Optional.of(function);
                }
            }
            return Optional.empty();
        }
    }
}
