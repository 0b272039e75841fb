package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.AllInOneProcess.Finished;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first command of the README.
class DemoIT {
    @Test
    void showsTheWholeFlowAndFindsEveryAnswerRight(@TempDir Path folder) throws Exception {
        Finished demo =
                AllInOneProcess.run("demo", "--data", folder.resolve("demo").toString());

        assertThat(demo.output()).contains("All right.");
        assertThat(demo.status()).isZero();
    }
}
