using System.Globalization;
using System.Text;

namespace MqttPay.Simulation.Study;

/// <summary>
/// The trade-off as a picture: money locked to the right, approvals while cut off upwards. Greys and marks that read on
/// light and dark pages; families differ by shape too. Tenths of a unit, whole numbers: the same bytes everywhere.
/// </summary>
internal static class StudyPlot
{
    private const int Left = 700, Top = 750, Right = 9_400, Bottom = 6_200;
    private const string Grey = "#767676";
    private static readonly decimal[] Columns = [3, 5, 10, 15, 20, 30, 50, 75];
    private static readonly int[] Rows = [20, 30, 40, 50, 60, 70, 80, 90];

    private static readonly (string Prefix, string Title, string Colour, string Shape)[] Families =
    [
        ("fixed", "fixed size", "#c2571a", "M-5-5h10v10h-10z"),
        ("share", "share of the balance", "#8a63d2", "M0-6L6 5H-6z"),
        ("chosen", "chosen rule and its variants", "#1a9850", "M0-7L7 0 0 7-7 0z"),
        ("", "from spending at the edge", "#2f7ec7", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"),
    ];

    public static string Of(FleetPlan plan, ulong seed, IReadOnlyList<StudyRow> rows)
    {
        var svg = new StringBuilder();
        svg.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 690\" role=\"img\" ")
            .Append("aria-labelledby=\"title desc\" font-family=\"system-ui, sans-serif\" font-size=\"11.5\" ")
            .Append(CultureInfo.InvariantCulture, $"fill=\"{Grey}\">\n")
            .Append("<title id=\"title\">What a rule for the size of leases locks, and what it saves</title>\n")
            .Append(CultureInfo.InvariantCulture, $"<desc id=\"desc\">{Description(plan, seed, rows)}</desc>\n")
            .Append("<text x=\"70\" y=\"24\" font-size=\"15\">")
            .Append("Approved while cut off, against funds that wait in leases</text>\n");
        Legend(svg);
        Axes(svg);
        foreach (var label in Labels(rows)) Mark(svg, label);
        return svg.Append("</svg>\n").ToString();
    }

    public static IReadOnlyList<PlotLabel> Labels(IReadOnlyList<StudyRow> rows) => PlotLayout.Place(
        [.. rows.Select(row => (row.Rule.Name, Figures: Figures.Of(row.Failing))).Select(row =>
            (row.Name, Column(row.Figures.LockedMeanPercent), Row(row.Figures.PartitionApprovalPercent)))],
        (Left + 20, Top + 10, Right, Bottom - 10));

    private static string Description(FleetPlan plan, ulong seed, IReadOnlyList<StudyRow> rows)
    {
        var points = rows.Select(row => (row.Rule.Name, Figures: Figures.Of(row.Failing))).Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name}: {row.Figures.LockedMeanPercent} %, {row.Figures.PartitionApprovalPercent} %"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Edges} edges, {plan.Payers} payers, {plan.MeasuredDays} days, seed {seed}. ")
            + $"Funds locked, payments approved while cut off: {string.Join("; ", points)}.";
    }

    private static void Legend(StringBuilder svg)
    {
        var x = 76;
        foreach (var (_, title, colour, shape) in Families)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path transform=\"translate({x} 48)\" ")
                .Append(CultureInfo.InvariantCulture, $"fill=\"{colour}\" d=\"{shape}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 12}\" y=\"52\">{title}</text>\n");
            x += 40 + (title.Length * 7);
        }
    }

    private static void Axes(StringBuilder svg)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g stroke=\"{Grey}\" stroke-opacity=\"0.3\">\n");
        foreach (var row in Rows)
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{At(Left)} {At(Row(row))}H{At(Right)}\"/>\n");
        foreach (var column in Columns)
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{At(Column(column))} {At(Top)}V{At(Bottom)}\"/>\n");
        svg.Append("</g>\n<g text-anchor=\"end\">\n");
        foreach (var row in Rows)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"62\" y=\"{At(Row(row) + 40)}\">{row} %</text>\n");
        svg.Append("</g>\n<g text-anchor=\"middle\">\n");
        foreach (var column in Columns)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{At(Column(column))}\" y=\"638\">{column} %</text>\n");
        svg.Append("<text x=\"505\" y=\"664\">mean share of payers' funds locked in leases, % (logarithmic)</text>\n")
            .Append("<text transform=\"translate(18 347) rotate(-90)\">")
            .Append("payments approved at edges without a link, %</text>\n")
            .Append("</g>\n");
    }

    private static void Mark(StringBuilder svg, PlotLabel label)
    {
        var (_, _, colour, shape) =
            Families.First(family => label.Text.StartsWith(family.Prefix, StringComparison.Ordinal));
        var nearX = Math.Clamp(label.X, label.Left, label.Left + label.Width);
        var nearY = Math.Clamp(label.Y, label.Top + 30, label.Top + label.Height - 30);
        if (Math.Abs(nearX - label.X) + Math.Abs(nearY - label.Y) > 160)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path stroke=\"{Grey}\" stroke-opacity=\"0.6\" ")
                .Append($"d=\"M{At(label.X)} {At(label.Y)}L{At(nearX)} {At(nearY)}\"/>\n");
        }

        var weight = label.Text == SizingRule.Chosen ? " font-weight=\"bold\"" : "";
        svg.Append(CultureInfo.InvariantCulture, $"<path transform=\"translate({At(label.X)} {At(label.Y)})\" ")
            .Append(CultureInfo.InvariantCulture, $"fill=\"{colour}\" d=\"{shape}\"/>")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"{At(label.Left)}\" y=\"{At(label.Top + 105)}\"{weight} ")
            .Append(CultureInfo.InvariantCulture, $"textLength=\"{At(label.Width)}\" ")
            .Append(CultureInfo.InvariantCulture, $"lengthAdjust=\"spacingAndGlyphs\">{label.Text}</text>\n");
    }

    private static int Row(decimal percent) =>
        Bottom - (int)((Math.Max(percent, Rows[0]) - Rows[0]) * (Bottom - Top) / (Rows[^1] - Rows[0]));

    private static int Column(decimal percent)
    {
        var (least, most) = (Logarithm(Columns[0]), Logarithm(Columns[^1]));
        return Left + (int)((Logarithm(Math.Max(percent, Columns[0])) - least) * (Right - Left) / (most - least));
    }

    /// <summary>Base 2, bit by bit: decimal arithmetic is the same on every machine.</summary>
    private static decimal Logarithm(decimal value)
    {
        var (sum, bit) = (0m, 1m);
        for (; value >= 2; value /= 2) sum++;
        for (var step = 0; step < 16; step++)
        {
            bit /= 2;
            value *= value;
            if (value < 2) continue;
            value /= 2;
            sum += bit;
        }

        return sum;
    }

    private static string At(int tenths) => (tenths / 10m).ToString("0.#", CultureInfo.InvariantCulture);
}
