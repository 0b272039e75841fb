package dev.millrace.gateway.sns;

import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.topic.Page;
import java.util.function.Function;

/// SNS's answers as XML of namespace `http://sns.amazonaws.com/doc/2010-03-31/`.
final class SnsXml {
    /// Of operations that have no result element.
    static final String NO_RESULT = "";

    private static final String NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

    private SnsXml() {}

    /// @param content of the result element
    static String response(String action, String content, String requestId) {
        String result = content.isEmpty() ? "" : "<" + action + "Result>" + content + "</" + action + "Result>";
        return "<" + action + "Response xmlns=\"" + NAMESPACE + "\">" + result + "<ResponseMetadata>"
                + element("RequestId", requestId) + "</ResponseMetadata></" + action + "Response>";
    }

    static String error(AwsErrors.AwsError error, String message, String requestId) {
        return "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error>"
                + element("Type", error.status() >= 500 ? "Receiver" : "Sender")
                + element("Code", error.code())
                + element("Message", message)
                + "</Error>" + element("RequestId", requestId) + "</ErrorResponse>";
    }

    static <R extends Resource> String list(String name, Page<R> page, Function<R, String> member) {
        var xml = new StringBuilder("<" + name + ">");
        page.items().forEach(item -> xml.append(member(member.apply(item))));
        xml.append("</").append(name).append('>');
        String next = page.nextToken();
        return next == null
                ? xml.toString()
                : xml.append(element("NextToken", next)).toString();
    }

    /// An item of a list.
    static String member(String content) {
        return "<member>" + content + "</member>";
    }

    static String element(String name, String text) {
        return "<" + name + ">" + escaped(text) + "</" + name + ">";
    }

    /// Characters that XML 1.0 cannot hold become U+FFFD.
    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&apos;");
                case '\t', '\n', '\r' -> escaped.append("&#").append(c).append(';');
                default -> escaped.appendCodePoint(c < 0x20 || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
            }
        });
        return escaped.toString();
    }
}
