package platter.error;

/**
 * Why a job failed, as its answer tells: {@code error_code} and {@code fail_reason}.
 *
 * @param code a wire code, such as {@code EVS.2024}
 * @param reason {@code <TaskName>-fail:<cause>}, see the page "Querying Task Status"
 */
public record Failure(String code, String reason) {}
