package dev.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Row B-12 of the bad inputs, its syntactic half.
class OutboundAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/hook",
                "http://example.com:8080/a?b=c",
                "https://a.b-c.example/",
                "http://127.0.0.1:41234/hook",
                "http://[::1]:8080/hook",
                "https://xn--bcher-kva.example/"
            })
    void takesPlainAddresses(String text) {
        assertThat(OutboundAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/hook",
                "ftp://example.com/",
                "file:///etc/passwd",
                "http://user:pw@example.com/",
                "http://a@b@example.com/",
                "http://a#@b.example/",
                "https://example.com/#x",
                "http://①②⑦.0.0.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://127.1/",
                "http://0177.0.0.1/",
                "http://127.0.0.01/",
                "http://256.0.0.1/",
                "http://exa mple.com/",
                "http://example.com\\@evil.example/",
                "http://example.com:22/",
                "http://example.com:25/",
                "http://example.com:6379/",
                "http://example.com:0/",
                "http://example.com:99999/",
                "http:///hook",
                "http://.example.com/",
                "http://example..com/",
                "http://xn--0/",
                "http://example.com/\r\nX-Evil: 1"
            })
    void refusesWhatAnotherParserMightReadDifferently(String text) {
        assertThatThrownBy(() -> OutboundAddress.parse(text))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, 8192})
    void refusesLongAddresses(int length) {
        String text = "http://example.com/" + "a".repeat(length - 19);

        assertThatThrownBy(() -> OutboundAddress.parse(text)).hasMessageContaining("longer than");
    }
}
