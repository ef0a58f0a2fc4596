namespace MqttPay.Simulation.Study;

/// <summary>Finds each label a place beside its mark where it lies on no other label and on no mark.</summary>
internal static class PlotLayout
{
    private const int CharacterWidth = 68;
    private const int Height = 130;

    /// <summary>Directions from the mark, in tenths; tried near first, then farther away.</summary>
    private static readonly (int X, int Y)[] Directions =
    [
        (10, 0), (-10, 0), (0, -10), (0, 10), (8, -8), (8, 8), (-8, -8), (-8, 8), (10, 5), (10, -5), (-10, 5),
        (-10, -5),
    ];

    public static IReadOnlyList<PlotLabel> Place(
        IReadOnlyList<(string Text, int X, int Y)> marks, (int Left, int Top, int Right, int Bottom) area)
    {
        var labels = new List<PlotLabel>();
        // The crowded ones choose first.
        var order = marks.Index().OrderByDescending(mark => Crowd(marks, mark.Item)).ThenBy(mark => mark.Index);
        foreach (var mark in order)
            labels.Add(Candidates(mark.Item).FirstOrDefault(label => Fits(label), Candidates(mark.Item).Last()));
        return labels;

        bool Fits(PlotLabel label) =>
            label.IsWithin(area.Left, area.Top, area.Right, area.Bottom)
            && !labels.Any(label.Meets) && !marks.Any(mark => label.Covers(mark.X, mark.Y));
    }

    private static int Crowd(IReadOnlyList<(string Text, int X, int Y)> marks, (string Text, int X, int Y) of) =>
        marks.Count(mark => Math.Abs(mark.X - of.X) < 1_500 && Math.Abs(mark.Y - of.Y) < 300);

    private static IEnumerable<PlotLabel> Candidates((string Text, int X, int Y) mark)
    {
        var width = mark.Text.Length * CharacterWidth;
        for (var distance = 10; distance <= 150; distance += 6)
        {
            foreach (var (x, y) in Directions)
            {
                var (atX, atY) = (mark.X + (x * distance), mark.Y + (y * distance));
                var left = x > 0 ? atX : x < 0 ? atX - width : atX - (width / 2);
                yield return new(mark.Text, mark.X, mark.Y, left, atY - (Height / 2), width, Height);
            }
        }
    }
}
