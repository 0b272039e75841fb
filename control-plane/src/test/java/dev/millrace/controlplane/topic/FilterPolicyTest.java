package dev.millrace.controlplane.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.topic.FilterPolicy.Scope;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.PlatformException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Policies, attributes and bodies are written with single quotes.
class FilterPolicyTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':['a','b']}                          | kind=String:b                 | true",
                "{'kind':['a','b']}                          | kind=String:c                 | false",
                "{'kind':['a']}                              | other=String:a                | false",
                "{'kind':['a'],'size':[1]}                   | kind=String:a                 | false",
                "{'kind':['a'],'size':[1]}                   | kind=String:a,size=Number:1.0 | true",
                "{'kind':['1']}                              | kind=Number:1                 | false",
                "{'kind':['a']}                              | kind=Binary:YQ==              | false",
                "{'kind':['a']}                              | kind=String.Array:['x';'a']   | true",
                "{'kind':[true,null]}                        | kind=String.Array:[true]      | true",
                "{'kind':[null]}                             | kind=String.Array:[null]      | true",
                "{'kind':[{'prefix':'ab'}]}                  | kind=String:abc               | true",
                "{'kind':[{'prefix':'ab'}]}                  | kind=String:xab               | false",
                "{'kind':[{'suffix':'bc'}]}                  | kind=String:abc               | true",
                "{'kind':[{'suffix':'bc'}]}                  | kind=String:bcd               | false",
                "{'kind':[{'equals-ignore-case':'ABC'}]}     | kind=String:aBc               | true",
                "{'kind':[{'anything-but':['a','b']}]}       | kind=String:c                 | true",
                "{'kind':[{'anything-but':['a','b']}]}       | kind=String:a                 | false",
                "{'kind':[{'anything-but':'a'}]}             | other=String:c                | false",
                "{'kind':[{'anything-but':[1]}]}             | kind=Number:1                 | false",
                "{'kind':[{'anything-but':{'prefix':'a'}}]}  | kind=String:abc               | false",
                "{'kind':[{'anything-but':{'suffix':'a'}}]}  | kind=String:abc               | true",
                "{'n':[{'numeric':['>',1,'<=',2]}]}          | n=Number:2                    | true",
                "{'n':[{'numeric':['>',1,'<=',2]}]}          | n=Number:1                    | false",
                "{'n':[{'numeric':['=',1.5]}]}               | n=Number:1.50                 | true",
                "{'n':[{'numeric':['<',0]}]}                 | n=Number:-1e3                 | true",
                "{'n':[{'numeric':['<',0]}]}                 | n=String:-1                   | false",
                "{'kind':[{'exists':true}]}                  | kind=Binary:YQ==              | true",
                "{'kind':[{'exists':true}]}                  | other=String:a                | false",
                "{'kind':[{'exists':false}]}                 | other=String:a                | true",
                "{'kind':[{'exists':false}]}                 | kind=String:a                 | false",
                "{'$or':[{'a':['1']},{'b':['2']}]}           | b=String:2                    | true",
                "{'$or':[{'a':['1']},{'b':['2']}]}           | b=String:1                    | false",
                "{'$or':[{'a':['1']},{'b':['2']}],'c':['3']} | b=String:2                    | false",
                "{}                                          | b=String:2                    | true",
            })
    void choosesByAttributes(String policy, String attributes, boolean isAccepted) {
        assertThat(read(policy, Scope.MESSAGE_ATTRIBUTES).accepts(attributes(attributes)))
                .isEqualTo(isAccepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':{'b':['x']}}             | {'a':{'b':'x'}}           | true",
                "{'a':{'b':['x']}}             | {'a':{'b':'y'}}           | false",
                "{'a':{'b':['x']}}             | {'a':'x'}                 | false",
                "{'a':{'b':['x']}}             | {'a':[{'b':1},{'b':'x'}]} | true",
                "{'a':['x']}                   | {'a':['y','x']}           | true",
                "{'a':{'b':[{'exists':false}]}}| {'a':{'c':1}}             | true",
                "{'a':{'b':[{'exists':false}]}}| {'c':1}                   | true",
                "{'a':[null]}                  | {'a':null}                | true",
                "{'a':[1]}                     | ['a']                     | false",
            })
    void choosesByTheBody(String policy, String body, boolean isAccepted) {
        assertThat(read(policy, Scope.MESSAGE_BODY).accepts(JSON.readTree(quoted(body))))
                .isEqualTo(isAccepted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{'a':'x'}",
                "{'a':[]}",
                "{'a':[['x']]}",
                "{'a':{'b':['x']}}",
                "{'a':['x'],'a':['y']}",
                "{'a':[{'wild':'x'}]}",
                "{'a':[{'prefix':1}]}",
                "{'a':[{'prefix':''}]}",
                "{'a':[{'prefix':'x','suffix':'y'}]}",
                "{'a':[{'exists':'true'}]}",
                "{'a':[{'anything-but':[]}]}",
                "{'a':[{'anything-but':{'exists':true}}]}",
                "{'a':[{'numeric':[]}]}",
                "{'a':[{'numeric':['~',1]}]}",
                "{'a':[{'numeric':['<','1']}]}",
                "{'a':[{'numeric':['<',1e10]}]}",
                "{'a':[1e999]}",
                "{'$or':[{'a':['x']}]}",
                "{'a':['x'],'b':['x'],'c':['x'],'d':['x'],'e':['x'],'f':['x']}"
            })
    void refusesWhatIsNoPolicy(String policy) {
        assertThatThrownBy(() -> read(policy, Scope.MESSAGE_ATTRIBUTES))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR))
                .hasMessageStartingWith("Invalid parameter: FilterPolicy");
    }

    @Test
    void boundsHowMuchThereIsToCompare() {
        assertThat(read("{'a':[" + numbers(150) + "]}", Scope.MESSAGE_BODY)).isNotNull();
        assertThatThrownBy(() -> read("{'a':[" + numbers(151) + "]}", Scope.MESSAGE_BODY))
                .hasMessageContaining("too complex");
        assertThatThrownBy(() -> read("{'a':{'b':[" + numbers(76) + "]}}", Scope.MESSAGE_BODY))
                .hasMessageContaining("too complex");
        assertThatThrownBy(() -> read("{'a':".repeat(400) + "['x']" + "}".repeat(400), Scope.MESSAGE_BODY))
                .hasMessageContaining("too complex");
        assertThatThrownBy(() -> read("{'a':".repeat(5_000) + "['x']" + "}".repeat(5_000), Scope.MESSAGE_BODY))
                .isInstanceOf(PlatformException.class);
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static FilterPolicy read(String policy, Scope scope) {
        return FilterPolicyReader.read(quoted(policy), scope);
    }

    /// `name=type:value` with commas between; semicolons are the commas of a list.
    private static Map<String, MessageAttribute> attributes(String text) {
        var attributes = new HashMap<String, MessageAttribute>();
        for (String each : text.split(",")) {
            String[] parts = each.split("[=:]", 3);
            attributes.put(parts[0], new MessageAttribute(parts[1], quoted(parts[2].replace(';', ','))));
        }
        return attributes;
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
