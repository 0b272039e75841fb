package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.testkit.Modules;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unmodified AWS clients, which know nothing of Millrace but the environment that `./millrace env` prints.
///
/// The Python of `MILLRACE_TEST_PYTHON`, or of `target/clients`, has boto3 and the AWS CLI beside it.
class AwsClientsIT {
    @TempDir
    private static Path folder;

    private static AllInOneProcess up;
    private static Map<String, String> environment;

    @BeforeAll
    static void start() throws Exception {
        up = new AllInOneProcess(folder.resolve("data"), "--allow-network", "127.0.0.0/8");
        environment = up.start();
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    @Test
    void boto3RunsTheSample() throws Exception {
        String output = python(Modules.root().resolve("samples/python/digits_async.py"));

        assertThat(output).contains("endpoint InService");
    }

    @Test
    void boto3SubscribesToATopicAndIsNotifiedOfSuccessAndFailure() throws Exception {
        Path script = Files.writeString(folder.resolve("topics.py"), topicsScript());

        String output = python(script);

        assertThat(output).contains("confirmed", "success Completed", "error Failed");
    }

    @Test
    void theCommandLineCreatesInvokesAndDeletes() throws Exception {
        Path aws = client().resolveSibling("aws");
        assumeThat(aws).as("no AWS CLI beside the Python").exists();
        String model = TestModel.DIGITS.model().toString();
        Path row = folder.resolve("row.csv");
        Files.writeString(row, ",".repeat(63).replace(",", "0,") + "0\n");
        String role = "arn:aws:iam::000000000000:role/millrace";

        for (List<String> command : List.of(
                List.of("s3", "mb", "s3://cli"),
                List.of("s3", "cp", model, "s3://cli/model.onnx"),
                List.of("s3", "cp", row.toString(), "s3://cli/row.csv"),
                List.of(
                        "sagemaker",
                        "create-model",
                        "--model-name=cli",
                        "--execution-role-arn=" + role,
                        "--primary-container=Image=onnxruntime,ModelDataUrl=s3://cli/model.onnx"),
                List.of(
                        "sagemaker",
                        "create-endpoint-config",
                        "--endpoint-config-name=cli",
                        "--production-variants=VariantName=AllTraffic,ModelName=cli,InstanceType=ml.m5.large,"
                                + "InitialInstanceCount=1",
                        "--async-inference-config=OutputConfig={S3OutputPath=s3://cli/out}"),
                List.of("sagemaker", "create-endpoint", "--endpoint-name=cli", "--endpoint-config-name=cli"),
                List.of("sagemaker", "wait", "endpoint-in-service", "--endpoint-name=cli"))) {
            run(aws, command);
        }
        String answer = run(
                aws,
                List.of(
                        "sagemaker-runtime",
                        "invoke-endpoint-async",
                        "--endpoint-name=cli",
                        "--content-type=text/csv",
                        "--accept=application/json",
                        "--input-location=s3://cli/row.csv",
                        "--query=OutputLocation",
                        "--output=text"));
        run(
                aws,
                List.of(
                        "s3api",
                        "wait",
                        "object-exists",
                        "--bucket=cli",
                        "--key",
                        answer.strip().substring(9)));
        run(aws, List.of("sagemaker", "delete-endpoint", "--endpoint-name=cli"));
        String left = run(aws, List.of("sagemaker", "list-models", "--query=Models[].ModelName", "--output=text"));

        assertThat(left).contains("cli");
    }

    private static String topicsScript() throws IOException {
        try (var in = AwsClientsIT.class.getResourceAsStream("topics.py")) {
            return new String(java.util.Objects.requireNonNull(in, "topics.py").readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String python(Path script) throws Exception {
        return run(client(), List.of(script.toString()));
    }

    private static Path client() {
        Path python = Optional.ofNullable(System.getenv("MILLRACE_TEST_PYTHON"))
                .map(Path::of)
                .orElse(Modules.root().resolve("target/clients/bin/python"));
        assumeThat(python).as("no Python with boto3: set MILLRACE_TEST_PYTHON").exists();
        return python;
    }

    private static String run(Path program, List<String> arguments) throws Exception {
        var line = new ArrayList<>(List.of(program.toString()));
        line.addAll(arguments);
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment()
                .put("TEST_SAMPLES", TestModel.DIGITS.model().getParent().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(arguments + "\n" + output).isZero();
        return output;
    }
}
