{{ config(x='y') }} select {{ ref('t') }}, ${X}, $(x), %(p)s, `a.b` {# it's #} from {x}.t;
