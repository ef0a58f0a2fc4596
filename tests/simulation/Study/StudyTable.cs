namespace MqttPay.Simulation.Study;

/// <summary>The trade-off as text, one line per rule.</summary>
internal static class StudyTable
{
    public static IEnumerable<string> Of(IReadOnlyList<StudyRow> rows)
    {
        yield return "Over the patterns short, long and flapping; amounts in units of the currency.";
        yield return "approved   of all payments; cut off: of those at an edge without link; long: in long outages";
        yield return "locked     share of payers' funds that waits in leases";
        yield return "elsewhere  declined although the payer had the money, in other leases or in the cloud";
        yield return "asks       cloud calls per payment: a payment waits / in the background";
        yield return "vanish     lost if an edge vanished at once";
        yield return "";
        yield return $"{"rule",-24}{"approved",9}{"cut off",9}{"long",8}{"locked",9}{"peak",8}"
            + $"{"elsewhere",11}{"value",11}{"float loss",12}{"asks",13}{"vanish",10}{"max",10}";
        foreach (var row in rows)
        {
            var (all, day) = (Figures.Of(row.Failing), Figures.Of(row.Of(OutagePattern.Long)));
            yield return $"{row.Rule.Name,-24}{all.ApprovalPercent,8:F2}%{all.PartitionApprovalPercent,8:F2}%"
                + $"{day.PartitionApprovalPercent,7:F2}%{all.LockedMeanPercent,8:F2}%{all.LockedPeakPercent,7:F2}%"
                + $"{all.FundsElsewhere,11}{all.FundsElsewhereValue,11:F2}{all.FloatLoss,12:F2}"
                + $"{$"{all.OnlineAsksPerPayment:F2} / {all.BackgroundAsksPerPayment:F2}",13}"
                + $"{all.VanishMean,10:F0}{all.VanishMax,10:F0}";
        }
    }
}
