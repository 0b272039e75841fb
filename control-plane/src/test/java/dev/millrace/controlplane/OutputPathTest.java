package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.PlatformException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputPathTest {
    @ParameterizedTest
    @CsvSource({
        "s3://out,s3://out/1.out",
        "s3://out/,s3://out/1.out",
        "s3://out/a/b,s3://out/a/b/1.out",
        "s3://out/a/b/,s3://out/a/b/1.out"
    })
    void putsObjectsBelowIt(String path, String object) {
        assertThat(OutputPath.parse(path).resolve("1.out").uri()).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3://",
                "s3:///",
                "s3://out//",
                "s3://out//a",
                "s3://out/../a",
                "s3://out/a/./b",
                "s3://OUT/a",
                "s3://a@b/c",
                "s3://127.0.0.1/a",
                "s3://out/a\\b",
                "S3://out/a",
                "https://out/a",
                "file:///out",
                "out/a"
            })
    void refusesEverythingElse(String path) {
        assertThatThrownBy(() -> OutputPath.parse(path)).isInstanceOf(PlatformException.class);
    }
}
