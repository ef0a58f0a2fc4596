namespace MqttPay.Simulation.Study;

internal static class StudyPlot
{
    public static string Of(FleetPlan plan, ulong seed, IReadOnlyList<StudyRow> rows) => $"{plan}{seed}{rows.Count}";
}
