package dev.millrace.gateway.sns;

import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.topic.Page;
import dev.millrace.gateway.http.QueryXml;
import java.util.Map;
import java.util.function.Function;

/// SNS's answers as XML of namespace `http://sns.amazonaws.com/doc/2010-03-31/`.
final class SnsXml {
    /// Of operations that have no result element.
    static final String NO_RESULT = "";

    private static final QueryXml XML = new QueryXml("http://sns.amazonaws.com/doc/2010-03-31/");

    private SnsXml() {}

    /// @param content of the result element
    static String response(String action, String content, String requestId) {
        return XML.response(action, content, requestId);
    }

    static String error(AwsErrors.AwsError error, String message, String requestId) {
        return XML.error(error, message, requestId);
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

    static String map(String name, Map<String, String> entries) {
        var xml = new StringBuilder("<" + name + ">");
        entries.forEach((key, value) -> xml.append("<entry>")
                .append(element("key", key))
                .append(element("value", value))
                .append("</entry>"));
        return xml.append("</").append(name).append('>').toString();
    }

    /// An item of a list.
    static String member(String content) {
        return "<member>" + content + "</member>";
    }

    static String element(String name, String text) {
        return QueryXml.element(name, text);
    }
}
