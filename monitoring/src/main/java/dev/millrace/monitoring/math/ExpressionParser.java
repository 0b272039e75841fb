package dev.millrace.monitoring.math;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.math.Expression.Function;
import dev.millrace.monitoring.math.Expression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one expression.
final class ExpressionParser {
    private static final int MAX_DEPTH = 40;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,254}");
    private static final Pattern TEXT = Pattern.compile("\"[^\"]{0,255}\"|'[^']{0,255}'");

    private final String text;
    private int at;
    private int depth;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /// @throws PlatformException `VALIDATION_ERROR` when it is none, or uses what is not supported
    ///     here, which is named
    static Expression parse(String text) {
        var parser = new ExpressionParser(text);
        Expression whole = parser.binary(1);
        if (parser.peek() != '\0') {
            throw parser.wrong("unexpected '" + parser.peek() + "'");
        }
        return whole;
    }

    private Expression binary(int precedence) {
        if (precedence > Operator.TIMES.precedence()) {
            return operand();
        }
        Expression left = binary(precedence + 1);
        for (Operator operator = operator(precedence); operator != null; operator = operator(precedence)) {
            left = new Expression.Combined(operator, left, binary(precedence + 1));
        }
        return left;
    }

    /// The operator of that precedence that comes next, or null.
    private @Nullable Operator operator(int precedence) {
        peek();
        String rest = text.substring(at, Math.min(at + 4, text.length())).toUpperCase(Locale.ROOT);
        for (Operator operator : Operator.values()) {
            boolean isWord =
                    rest.startsWith(operator.name() + " ") && (operator == Operator.AND || operator == Operator.OR);
            if (operator.precedence() == precedence && (isWord || rest.startsWith(operator.symbol()))) {
                at += isWord ? operator.name().length() : operator.symbol().length();
                return operator;
            }
        }
        return null;
    }

    private Expression operand() {
        if (++depth > MAX_DEPTH) {
            throw wrong("nested too deep");
        }
        try {
            return switch (peek()) {
                case '-' -> {
                    at++;
                    yield new Expression.Negated(operand());
                }
                case '(' -> {
                    at++;
                    Expression inner = binary(1);
                    expect(')');
                    yield inner;
                }
                case '[' -> {
                    at++;
                    yield new Expression.Listed(until(']'));
                }
                case '"', '\'' -> {
                    String quoted = taken(TEXT, "a text");
                    yield new Expression.Text(quoted.substring(1, quoted.length() - 1));
                }
                default -> Character.isDigit(peek()) ? number() : named();
            };
        } finally {
            depth--;
        }
    }

    private Expression number() {
        return new Expression.Literal(Double.parseDouble(taken(NUMBER, "a number")));
    }

    private Expression named() {
        String name = taken(NAME, "a value");
        if (peek() != '(') {
            return new Expression.Reference(name);
        }
        at++;
        List<Expression> arguments = until(')');
        Function function = Function.of(name).orElseThrow(() -> wrong("function " + name + " is not supported here"));
        if (!function.takes(arguments.size())) {
            throw wrong(function + " does not take " + arguments.size() + " arguments");
        }
        return new Expression.Call(function, arguments);
    }

    private List<Expression> until(char end) {
        var items = new ArrayList<Expression>();
        if (peek() != end) {
            items.add(binary(1));
            while (peek() == ',') {
                at++;
                items.add(binary(1));
            }
        }
        expect(end);
        return items;
    }

    private String taken(Pattern pattern, String what) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw wrong(what + " expected");
        }
        at = matcher.end();
        return matcher.group();
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong("'" + wanted + "' expected");
        }
        at++;
    }

    /// The next character that is not blank, or NUL at the end.
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private PlatformException wrong(String problem) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Error in expression at character " + (at + 1) + ": " + problem);
    }
}
