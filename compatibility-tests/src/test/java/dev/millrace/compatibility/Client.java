package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.testkit.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A client that users bring, as `build-tools/clients.sh` installs it.
///
/// A test of one that is not there is skipped, and says so.
enum Client {
    /// boto3 and the AWS CLI of the newest release.
    NEWEST("newest/bin"),
    /// boto3 and the AWS CLI of Debian 12.
    DEBIAN("debian/bin"),
    /// The SageMaker Python SDK.
    SAGEMAKER("sagemaker/bin"),
    /// The AWS SDK for JavaScript.
    JAVASCRIPT("javascript");

    private static final int MINUTES = 6;

    private final String folder;

    Client(String folder) {
        this.folder = folder;
    }

    /// How a program ended.
    record Ended(int status, String output) {}

    /// Where it is installed.
    Path folder() {
        Path clients = Optional.ofNullable(System.getenv("MILLRACE_TEST_CLIENTS"))
                .map(Path::of)
                .orElse(Modules.root().resolve("target/clients"));
        Path installed = clients.resolve(folder);
        assumeThat(installed)
                .as("client %s is not installed: run build-tools/clients.sh", name())
                .exists();
        return installed;
    }

    /// Runs a sample with it to its end, as a user does, and fails unless it ends well.
    ///
    /// @param sample a file of `samples`, in the language of its ending
    /// @return what it printed
    String run(String sample, String... arguments) throws IOException, InterruptedException {
        Ended ended = end(sample, arguments);
        assertThat(ended.status()).as(sample + "\n" + ended.output()).isZero();
        return ended.output();
    }

    /// The same, however it ends.
    Ended end(String sample, String... arguments) throws IOException, InterruptedException {
        Path file = Modules.root().resolve("samples").resolve(sample);
        var line = new ArrayList<String>();
        if (sample.endsWith(".py")) {
            line.add(folder().resolve("python").toString());
        } else if (sample.endsWith(".mjs")) {
            line.add("node");
        }
        line.add(file.toString());
        line.addAll(List.of(arguments));
        return end(line);
    }

    private Ended end(List<String> line) throws IOException, InterruptedException {
        Path said = Files.createTempFile("client-", ".log");
        try {
            var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
            builder.environment().putAll(environment());
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
            }
            return new Ended(process.exitValue(), Files.readString(said));
        } finally {
            Files.delete(said);
        }
    }

    private Map<String, String> environment() throws IOException, InterruptedException {
        var all = new HashMap<>(SharedInstallation.environment());
        if (this == JAVASCRIPT) {
            all.put("CLIENTS", folder().toString());
        } else {
            all.put("PATH", folder() + ":" + System.getenv("PATH"));
            all.put("PYTHONDONTWRITEBYTECODE", "1");
        }
        if (this == SAGEMAKER) {
            Path defaults = Modules.root().resolve("samples/clients/sagemaker-config.yaml");
            all.put("SAGEMAKER_USER_CONFIG_OVERRIDE", defaults.toString());
        }
        return all;
    }
}
